//! Durable runs on PostgreSQL, for a team.

mod address;
mod advance;
mod builder;
mod columns;
mod error;
mod group;
mod pool;
mod presence;
mod rows;
mod runs;
mod schema;
mod session;
mod time;
mod tls;
#[cfg(feature = "wizard")]
mod wizards;
mod workers;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use stepflow::{RunId, Timestamp};

use self::group::Group;
use self::pool::Pool;
use self::presence::Presences;
use self::rows::Rows;
use crate::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, Limits, NewRun, Page, Renewed, RunQuery, Store,
    StoreError, StoreFuture, StoredEvent, StoredRun, StoredVisit, WorkerId,
};

pub use self::builder::PostgresBuilder;
#[cfg(feature = "wizard")]
pub use self::wizards::PostgresWizards;

/// Runs in a PostgreSQL database, version 13 or later, which any number of processes on any number of
/// machines share.
///
/// Everything lies in a schema of its own, which is made and brought up to date when the store is opened.
/// Each call is one statement and one trip to the server, so that a process which is stopped, or cut off,
/// between two messages never keeps a row locked. The connections are pooled, and replaced when the server
/// was away; a call that the server's absence broke off fails with
/// [`is_unavailable`](StoreError::is_unavailable).
///
/// Each worker that [joins](Store::join) has one more connection, which holds a lock of the server. When its
/// process ends, however it ends, the server takes the lock back at once, and [`bury`](Store::bury) sees that
/// the worker is gone; a process that is merely stopped keeps it. Poolers between the program and the server
/// have to keep a connection for a client, as PgBouncer does with `pool_mode = session`.
///
/// PostgreSQL has no NUL character in its texts: a name that holds one is refused.
///
/// ```no_run
/// # async fn open() -> Result<(), stepflow_store::StoreError> {
/// use stepflow_store::{PostgresStore, RunQuery, Store};
///
/// let store = PostgresStore::connect("postgresql://refunds:secret@db.example/refunds").await?;
/// for run in store.list(&RunQuery::default()).await?.runs {
///     println!("{} {} {}", run.id, run.workflow, run.status);
/// }
/// # Ok(())
/// # }
/// ```
pub struct PostgresStore {
    pool: Arc<Pool>,
    group: Group,
    presences: Presences,
    limits: Limits,
}

impl PostgresStore {
    /// Opens the database of this URL, and brings its tables up to date.
    ///
    /// The URL is `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE`; a user, password or database
    /// name with characters other than letters, digits, `-`, `.`, `_` and `~` has them percent-encoded. A
    /// server on a Unix socket is `postgresql:///DATABASE?host=/run/postgresql&user=USER`.
    ///
    /// With the feature `postgres-tls` the connection is encrypted where the server offers that with a
    /// certificate that is trusted; `sslmode=require` demands it, and `sslmode=disable` does without. Trusted
    /// are the certificates of the machine, or those in the file of the option `sslrootcert`; who the server
    /// is, is always verified.
    ///
    /// # Errors
    ///
    /// As [`PostgresBuilder::connect`].
    ///
    /// ```no_run
    /// # async fn open() -> Result<(), stepflow_store::StoreError> {
    /// use stepflow_store::PostgresStore;
    ///
    /// let store = PostgresStore::connect("postgresql://refunds:s%40cret@db.example/refunds").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::builder(url).connect().await
    }

    /// Opens a store that is there, and changes nothing; see [`PostgresBuilder::connect_existing`].
    ///
    /// # Errors
    ///
    /// As [`PostgresBuilder::connect_existing`].
    ///
    /// ```no_run
    /// # async fn open() -> Result<(), stepflow_store::StoreError> {
    /// use stepflow_store::PostgresStore;
    ///
    /// let store = PostgresStore::connect_existing("postgresql://refunds@db.example/refunds").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_existing(url: &str) -> Result<Self, StoreError> {
        Self::builder(url).connect_existing().await
    }

    /// The settings of a store that is to be opened.
    ///
    /// ```no_run
    /// # async fn open() -> Result<(), stepflow_store::StoreError> {
    /// use std::time::Duration;
    ///
    /// use stepflow_store::PostgresStore;
    ///
    /// let store = PostgresStore::builder("postgresql://refunds@db.example/refunds")
    ///     .schema("refund_runs")
    ///     .pool_size(32)
    ///     .timeout(Duration::from_secs(5))
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn builder(url: &str) -> PostgresBuilder {
        PostgresBuilder::new(url)
    }

    fn reading(&self) -> Rows<'_> {
        Rows { place: &self.pool.place, limits: &self.limits }
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("pool", &self.pool).finish_non_exhaustive()
    }
}

impl Store for PostgresStore {
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        Box::pin(self.create_run(run))
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        Box::pin(self.advance_run(claim, step))
    }

    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        Box::pin(self.amend_run(run, version, change))
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
        Box::pin(self.load_run(run))
    }

    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>> {
        Box::pin(self.visits_of(run))
    }

    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>> {
        Box::pin(self.events_of(run))
    }

    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page> {
        Box::pin(self.list_runs(query))
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        Box::pin(self.delete_run(run, version))
    }

    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32> {
        Box::pin(self.sweep_runs(age, limit))
    }

    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()> {
        Box::pin(self.join_worker(worker, lease))
    }

    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed> {
        Box::pin(self.renew_worker(worker, lease))
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()> {
        Box::pin(self.leave_worker(worker))
    }

    fn bury(&self) -> StoreFuture<'_, u32> {
        Box::pin(self.bury_workers())
    }

    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>> {
        Box::pin(self.claim_runs(request))
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        Box::pin(self.time())
    }
}
