//! Where runs are kept while a program changes, and programs as they come and go.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stepflow::RunId;
use stepflow_store::{
    MemoryStore, Outcome, PostgresStore, RunStatus, Runner, RunnerBuilder, SqliteStore, Store,
};
use stepflow_tests::postgres::{self, Database};
use tempfile::TempDir;

pub(crate) type TestResult = Result<(), Box<dyn Error>>;

/// Where runs are kept, and found again by the next program.
pub(crate) enum Place {
    Memory(Arc<MemoryStore>),
    Postgres(Database),
    Sqlite { path: PathBuf, _folder: TempDir },
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::Sqlite { path: folder.path().join("runs.db"), _folder: folder }
    }

    /// Nothing where there is no server.
    pub(crate) fn postgres() -> Option<Self> {
        postgres::database().map(Self::Postgres)
    }

    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>, Box<dyn Error>> {
        Ok(match self {
            Self::Memory(store) => Arc::clone(store) as Arc<dyn Store>,
            Self::Postgres(database) => Arc::new(PostgresStore::connect(database.url()).await?),
            Self::Sqlite { path, .. } => Arc::new(SqliteStore::open(path)?),
        })
    }

    /// A program about to be started, whose runs are soon taken up by the next when it is gone.
    pub(crate) async fn program(&self) -> Result<RunnerBuilder, Box<dyn Error>> {
        let builder = Runner::builder(self.open().await?).concurrency(128).poll(Duration::from_millis(20));
        // The memory store cannot tell that a process is gone.
        let lease =
            if matches!(self, Self::Memory(_)) { Duration::from_secs(2) } else { Duration::from_secs(20) };
        Ok(builder.lease(lease))
    }
}

/// Makes a test of each rule for each place.
macro_rules! at_every_place {
    ($($rule:ident)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::changed::place::TestResult {
                super::$rule($crate::changed::place::Place::memory()).await
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::changed::place::TestResult {
                let Some(place) = $crate::changed::place::Place::postgres() else { return Ok(()) };
                super::$rule(place).await
            })*
        }

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::changed::place::TestResult {
                super::$rule($crate::changed::place::Place::sqlite()).await
            })*
        }
    };
}
pub(crate) use at_every_place;

/// What steps wrote down elsewhere, once for each body that began.
#[derive(Clone, Default)]
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

/// Looks again and again until it is so.
pub(crate) async fn until(what: impl Fn() -> bool) {
    while !what() {
        a_moment().await;
    }
}

pub(crate) async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Where a run has come to when it is held no more.
pub(crate) async fn past_held(runner: &Runner, run: &RunId) -> Result<Outcome, Box<dyn Error>> {
    loop {
        let outcome = runner.run(run.clone()).wait().await?;
        if outcome.status() != RunStatus::Held {
            return Ok(outcome);
        }
        a_moment().await;
    }
}
