//! Runs in memory: for tests, and for runs that need not survive their process.

mod row;
mod table;

use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stepflow::{Clock, RunId, SystemClock, Timestamp};

use self::table::Table;
use crate::limits::Limits;
use crate::micros::micros;
use crate::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, NewRun, Page, Renewed, RunQuery, Store,
    StoreError, StoreFuture, StoredEvent, StoredRun, StoredVisit, WorkerId,
};

/// Keeps runs in memory: by the same rules as a database, and gone with the process. For tests, and for
/// trying things out.
///
/// ```
/// use stepflow_store::{MemoryStore, RunQuery, Store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), stepflow_store::StoreError> {
/// let store = MemoryStore::new();
/// assert!(store.list(&RunQuery::default()).await?.runs.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct MemoryStore {
    table: Mutex<Table>,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl MemoryStore {
    /// A store without any runs, on the system's clock.
    ///
    /// ```
    /// let store = stepflow_store::MemoryStore::new();
    /// assert!(format!("{store:?}").contains("runs: 0"));
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            table: Mutex::new(Table::default()),
            clock: Arc::new(SystemClock::new()),
            limits: Limits::default(),
        }
    }

    /// The same store on another clock, such as one that a test moves by hand.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::testing::ManualClock;
    /// use stepflow_store::{MemoryStore, Store, WorkerId};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), stepflow_store::StoreError> {
    /// let clock = ManualClock::new();
    /// let store = MemoryStore::new().clock(clock.clone());
    /// let worker = WorkerId::new("worker");
    /// store.join(&worker, Duration::from_secs(30)).await?;
    ///
    /// clock.advance(Duration::from_secs(31));
    /// assert!(!store.renew(&worker, Duration::from_secs(30)).await?.alive);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// The same store with other limits.
    ///
    /// ```
    /// use stepflow_store::{Limits, MemoryStore};
    ///
    /// let store = MemoryStore::new().limits(Limits { state: 64 << 10, ..Limits::default() });
    /// # let _ = store;
    /// ```
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Every change is checked before it begins, so that no panic leaves half of one behind.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn micros(&self) -> i64 {
        micros(self.clock.now())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.table().runs();
        f.debug_struct("MemoryStore")
            .field("runs", &runs)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Store for MemoryStore {
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            self.limits.check_new_run(run)?;
            self.table().create(run, self.micros())
        })
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        Box::pin(async move {
            self.limits.check_advance(step)?;
            self.table().advance(claim, step, self.micros(), &self.limits)
        })
    }

    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            self.limits.check_change(change)?;
            self.table().amend(run, version, change, self.micros(), &self.limits)
        })
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
        Box::pin(async move { Ok(self.table().load(run, self.micros())) })
    }

    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>> {
        Box::pin(async move { Ok(self.table().visits(run)) })
    }

    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>> {
        Box::pin(async move { Ok(self.table().events(run)) })
    }

    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page> {
        Box::pin(async move { Ok(self.table().list(query, self.micros())) })
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        Box::pin(async move { Ok(self.table().delete(run, version, self.micros())) })
    }

    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32> {
        Box::pin(async move { Ok(self.table().sweep(age, limit, self.micros())) })
    }

    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.limits.name("worker", worker.as_str())?;
            self.table().join(worker, lease, self.micros())
        })
    }

    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed> {
        Box::pin(async move { Ok(self.table().renew(worker, lease, self.micros())) })
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.table().leave(worker);
            Ok(())
        })
    }

    /// No worker outlives the process that these runs are in.
    fn bury(&self) -> StoreFuture<'_, u32> {
        Box::pin(ready(Ok(0)))
    }

    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>> {
        Box::pin(async move { self.table().claim(request, self.micros()) })
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        Box::pin(async move {
            Timestamp::from_microsecond(self.micros())
                .map_err(|error| StoreError::corrupt("the clock of the store shows no time").caused_by(error))
        })
    }
}
