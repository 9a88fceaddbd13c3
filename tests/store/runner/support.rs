//! Where runs are kept while a rule is tested, and what a test can see from outside of them.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stepflow::{Clock, RunId, Timestamp};
use stepflow_store::{MemoryStore, Runner, RunnerBuilder, SqliteStore, Store};
#[cfg(unix)]
use stepflow_tests::postgres::{self, Database};
use tokio::time::Instant;

pub(crate) type TestResult = Result<(), Box<dyn Error>>;

/// Where runs are kept, and can be opened again as another process would.
pub(crate) enum Place {
    Memory(Arc<MemoryStore>),
    #[cfg(unix)]
    Postgres(Database),
    Sqlite {
        path: PathBuf,
        _folder: tempfile::TempDir,
    },
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self::Memory(Arc::new(MemoryStore::new().clock(TokioClock::new())))
    }

    pub(crate) fn sqlite() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        Ok(Self::Sqlite { path: folder.path().join("runs.db"), _folder: folder })
    }

    /// Nothing where there is no server.
    #[cfg(unix)]
    pub(crate) fn postgres() -> Option<Self> {
        postgres::database().map(Self::Postgres)
    }

    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>, Box<dyn Error>> {
        Ok(match self {
            Self::Memory(store) => Arc::clone(store) as Arc<dyn Store>,
            #[cfg(unix)]
            Self::Postgres(database) => {
                Arc::new(stepflow_store::PostgresStore::connect(database.url()).await?)
            }
            Self::Sqlite { path, .. } => Arc::new(SqliteStore::open(path)?),
        })
    }

    /// A runner with times that suit the place: in memory they pass at once, elsewhere they pass.
    pub(crate) async fn runner(&self) -> Result<RunnerBuilder, Box<dyn Error>> {
        Ok(self.runner_on(self.open().await?))
    }

    pub(crate) fn runner_on(&self, store: impl Store) -> RunnerBuilder {
        let builder = Runner::builder(store).park_after(Duration::from_millis(60));
        if self.is_memory() { builder } else { builder.lease(self.lease()).poll(Duration::from_millis(20)) }
    }

    /// Long enough for a machine that is busy with other things.
    pub(crate) fn lease(&self) -> Duration {
        Duration::from_secs(if self.is_memory() { 10 } else { 3 })
    }

    /// For tests in which it runs out.
    pub(crate) fn short_lease(&self) -> Duration {
        if self.is_memory() { self.lease() } else { Duration::from_millis(900) }
    }

    pub(crate) fn is_memory(&self) -> bool {
        matches!(self, Self::Memory(_))
    }
}

/// Makes a test of each rule for each place.
macro_rules! on_every_store {
    ($($rule:ident)*) => {
        mod memory {
            $(#[tokio::test(start_paused = true)]
            async fn $rule() -> $crate::runner::support::TestResult {
                super::$rule($crate::runner::support::Place::memory()).await
            })*
        }

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::runner::support::TestResult {
                super::$rule($crate::runner::support::Place::sqlite()?).await
            })*
        }

        #[cfg(unix)]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::runner::support::TestResult {
                let Some(place) = $crate::runner::support::Place::postgres() else { return Ok(()) };
                super::$rule(place).await
            })*
        }
    };
}
pub(crate) use on_every_store;

/// Time as tokio counts it, so that a test with a paused clock moves the store's too.
pub(crate) struct TokioClock {
    origin: Instant,
}

impl TokioClock {
    pub(crate) fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_709_208_000).map_or(Timestamp::UNIX_EPOCH, |start| start + self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }
}

/// What steps wrote down elsewhere: it is not undone when a run is broken off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, line: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|known| *known == line).count()
    }
}

pub(crate) fn id(name: &str) -> RunId {
    name.parse().unwrap()
}

/// Returns when it is so.
pub(crate) async fn until(what: impl Fn() -> bool) {
    let begin = Instant::now();
    while !what() {
        // Now and then is enough where hours pass.
        tokio::time::sleep((begin.elapsed() / 100).max(Duration::from_millis(1))).await;
    }
}
