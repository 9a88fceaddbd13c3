//! The store itself: each call as one job of the writer or one look of a reader.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use stepflow::{RunId, Timestamp};

use super::error::{Failure, Place};
use super::options::SqliteOptions;
use super::presence::Presence;
use super::readers::Readers;
use super::writer::Writer;
use super::{advance, amend, batch, claim, connect, create, delete, list, look, workers};
use crate::limits::Limits;
use crate::micros::span;
use crate::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, NewRun, Page, Renewed, RunQuery, Store,
    StoreError, StoreFuture, StoredEvent, StoredRun, StoredVisit, WorkerId,
};

/// Keeps runs in an SQLite file: nothing to install, and as durable as the disk.
///
/// Several processes on one machine may use one file; a network share will not do. Beside the file lie its
/// journal (`-wal`, `-shm`) and, while workers live, a lock file for each (`-worker-1`): copy or move them
/// together, while nobody uses them.
///
/// What blocks is kept off the other tasks of a tokio runtime, of any flavor; without one, the calls block
/// the thread that polls them. (Inside of a tokio `LocalSet` on a runtime with several threads, call the
/// store from a task of the runtime's own: tokio does not let a thread block there.)
///
/// ```
/// use stepflow_store::{RunQuery, SqliteStore, Store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("runs.db");
/// let store = SqliteStore::open(path)?;
/// assert!(store.list(&RunQuery::default()).await?.runs.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct SqliteStore {
    pub(super) writer: Writer,
    pub(super) readers: Readers,
    presence: Arc<Presence>,
    limits: Arc<Limits>,
    pub(super) place: Place,
}

impl SqliteStore {
    /// Opens a file, and makes it where there is none. `:memory:` is a database [in memory](Self::in_memory).
    ///
    /// # Errors
    ///
    /// When the file cannot be opened or is locked for too long
    /// ([`is_unavailable`](StoreError::is_unavailable)), is another program's database
    /// ([`is_refused`](StoreError::is_refused)), is damaged or no database at all
    /// ([`is_corrupt`](StoreError::is_corrupt)), or was written by a later release
    /// ([`is_newer`](StoreError::is_newer)).
    ///
    /// ```no_run
    /// let store = stepflow_store::SqliteStore::open("runs.db")?;
    /// # Ok::<(), stepflow_store::StoreError>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteOptions::new().open(path)
    }

    /// Opens a file that is there and has runs in it; makes neither a file nor tables.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); [`is_unavailable`](StoreError::is_unavailable) also when there is no such
    /// file, and [`is_refused`](StoreError::is_refused) also when there are no tables in it.
    ///
    /// ```
    /// let error = stepflow_store::SqliteStore::open_existing("no such file.db").err();
    /// assert!(error.is_some_and(|error| error.is_unavailable()));
    /// ```
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteOptions::new().open_existing(path)
    }

    /// A database of its own in memory, which is gone with the store.
    ///
    /// # Errors
    ///
    /// When there is no memory left for it.
    ///
    /// ```
    /// let store = stepflow_store::SqliteStore::in_memory()?;
    /// # Ok::<(), stepflow_store::StoreError>(())
    /// ```
    pub fn in_memory() -> Result<Self, StoreError> {
        SqliteOptions::new().in_memory()
    }

    pub(super) fn at(path: &Path, make: bool, options: &SqliteOptions) -> Result<Self, StoreError> {
        if path == Path::new(":memory:") {
            return Self::memory(options);
        }
        let path = connect::absolute(path)?;
        let place = Place::file(&path);
        let connection =
            connect::writer(&path, make, &place, options).map_err(|failure| failure.at(&place))?;
        let presence = Presence::beside(Some(&path));
        let writer = Writer::new(connection, place.clone(), options.busy_timeout);
        let readers = Readers::file(path, options.clone(), place.clone());
        Ok(Self::of(writer, readers, presence, place, options))
    }

    pub(super) fn memory(options: &SqliteOptions) -> Result<Self, StoreError> {
        let place = Place::memory();
        let connection = connect::memory(&place, options).map_err(|failure| failure.at(&place))?;
        let writer = Writer::new(connection, place.clone(), options.busy_timeout);
        let readers = Readers::memory(writer.clone());
        Ok(Self::of(writer, readers, Presence::beside(None), place, options))
    }

    fn of(
        writer: Writer,
        readers: Readers,
        presence: Presence,
        place: Place,
        options: &SqliteOptions,
    ) -> Self {
        let limits = Arc::new(options.limits.clone());
        Self { writer, readers, presence: Arc::new(presence), limits, place }
    }

    /// Reads with what decoding a row needs.
    async fn look<T, R>(&self, read: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: FnOnce(&rusqlite::Connection, &Place, &Limits) -> Result<T, Failure> + Send + 'static,
    {
        let (place, limits) = (self.place.clone(), Arc::clone(&self.limits));
        self.readers.read(move |connection| read(connection, &place, &limits)).await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.to_string();
        f.debug_struct("SqliteStore")
            .field("place", &place)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Store for SqliteStore {
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            self.limits.check_new_run(run)?;
            let (run, id) = (run.clone(), run.id.to_string());
            self.writer.write(move |batch| create::create(batch, &run, &id)).await
        })
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        Box::pin(async move {
            self.limits.check_advance(step)?;
            let (claim, step, limits) = (claim.clone(), step.clone(), Arc::clone(&self.limits));
            let run = claim.run.to_string();
            self.writer.write(move |batch| advance::advance(batch, &claim, &run, &step, &limits)).await
        })
    }

    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            self.limits.check_change(change)?;
            let Ok(version) = i64::try_from(version) else { return Ok(false) };
            let (run, change, limits) = (run.to_string(), change.clone(), Arc::clone(&self.limits));
            self.writer.write(move |batch| amend::amend(batch, &run, version, &change, &limits)).await
        })
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
        let run = run.to_string();
        Box::pin(self.look(move |connection, place, limits| look::load(connection, &run, place, limits)))
    }

    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>> {
        let run = run.to_string();
        Box::pin(self.look(move |connection, place, limits| look::visits(connection, &run, place, limits)))
    }

    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>> {
        let run = run.to_string();
        Box::pin(self.look(move |connection, place, limits| look::events(connection, &run, place, limits)))
    }

    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page> {
        let query = query.clone();
        Box::pin(self.look(move |connection, place, limits| list::list(connection, &query, place, limits)))
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let Ok(version) = i64::try_from(version) else { return Ok(false) };
            let run = run.to_string();
            self.writer.write(move |batch| delete::delete(batch, &run, version)).await
        })
    }

    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32> {
        Box::pin(self.writer.write(move |batch| {
            let before = batch.now().saturating_sub(span(age));
            delete::sweep(batch, before, limit)
        }))
    }

    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.limits.name("worker", worker.as_str())?;
            let (joining, presence) = (worker.clone(), Arc::clone(&self.presence));
            let lock =
                self.writer.write(move |batch| workers::join(batch, &joining, lease, &presence)).await?;
            lock.into_iter().for_each(|lock| self.presence.keep(worker.clone(), lock));
            Ok(())
        })
    }

    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed> {
        let worker = worker.clone();
        Box::pin(self.writer.write(move |batch| workers::renew(batch, &worker, lease)))
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let leaving = worker.clone();
            self.writer.write(move |batch| workers::leave(batch, &leaving)).await?;
            self.presence.give_up(worker);
            Ok(())
        })
    }

    fn bury(&self) -> StoreFuture<'_, u32> {
        Box::pin(async move {
            let presence = Arc::clone(&self.presence);
            let look = move |connection: &rusqlite::Connection| {
                Ok(presence.of_the_dead(&workers::present(connection)?))
            };
            let dead = self.readers.read(look).await?;
            if dead.is_empty() {
                return Ok(0);
            }
            let numbers: Vec<i64> = dead.keys().copied().collect();
            let buried = self.writer.write(move |batch| workers::bury(batch, &numbers)).await?;
            dead.into_values().for_each(|lock| lock.remove());
            Ok(buried)
        })
    }

    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>> {
        Box::pin(async move {
            let asked = request.clone();
            let worthwhile =
                move |connection: &rusqlite::Connection| claim::is_worthwhile(connection, &asked);
            if !self.readers.read(worthwhile).await? {
                return Ok(Vec::new());
            }
            let (request, limits) = (request.clone(), Arc::clone(&self.limits));
            self.writer.write(move |batch| claim::claim(batch, &request, &limits)).await
        })
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        Box::pin(self.look(|connection, place, _| {
            let micros = batch::now(connection)?;
            Timestamp::from_microsecond(micros).map_err(|error| {
                StoreError::corrupt(format!("the clock of {place} shows no time")).caused_by(error).into()
            })
        }))
    }
}
