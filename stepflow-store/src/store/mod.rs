//! What a database has to offer: a small, object-safe trait, and the data that goes in and out.
//!
//! A store keeps text and numbers and decides nothing: what a run may do next, who may decide and whether a
//! run may go on is settled above it, once for every database. What it has to guarantee is that each call is
//! atomic and durable when it returns, that a commit by somebody who no longer holds the run is refused, and
//! that of two changes to the same version of a run exactly one succeeds.

mod error;
mod query;
mod run;
mod shared;
mod worker;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use stepflow::{RunId, Timestamp};

pub use self::error::StoreError;
pub use self::query::{Cursor, Page, RunQuery};
pub use self::run::{
    Advance, Advanced, Change, Created, DefinitionText, NewEvent, NewRun, NewVisit, RunStatus, StoredEvent,
    StoredRun, StoredVisit, Summary,
};
pub use self::worker::{Claim, ClaimRequest, Renewed, WorkerId};

/// What a [`Store`] answers, later.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Where runs are kept.
///
/// Every call is one atomic change or one consistent look, durable when it returns. Times are the
/// database's own: no process's clock decides who holds a run. They are kept to the microsecond, and a due
/// time that lies between two is kept as the later one.
///
/// What is larger than a store's [`Limits`](crate::Limits), or holds the character NUL, which not every
/// database has, is [refused](StoreError::is_refused), and so is what would make no sense; nothing changes
/// then.
///
/// A store that is written elsewhere is judged by the same tests as those of this crate:
/// `stepflow_store::testing::conformance` (feature `testing`).
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Adds a run, unless there is one of this id: then nothing changes. Where
    /// [`worker`](NewRun::worker) is given, that worker holds the run from the start, under fence 1.
    ///
    /// # Errors
    ///
    /// When the store cannot be used, or the worker's lease is over.
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created>;

    /// Commits a boundary of a run: by its holder only. The [answer](StoredRun::answer) of a person is
    /// taken off the run with it, for it is part of what is saved from now on; so is the count of
    /// [claims](StoredRun::claims).
    ///
    /// # Errors
    ///
    /// [`is_lease_lost`](StoreError::is_lease_lost) when the run is no longer this claim's, because its
    /// lease is over or another worker took the run: nothing changes then.
    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced>;

    /// Changes a run, if it still has the [version](StoredRun::version) that the change was made for. Answers
    /// whether it had: if not, nothing changes.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool>;

    /// A run with its newest state, or `None` where there is no run of this id.
    ///
    /// # Errors
    ///
    /// When the store cannot be used, or what it holds is damaged.
    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>>;

    /// The visits of a run, in order of their sequence; the first, of sequence 0, has the state that the
    /// run began with.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>>;

    /// What happened to a run besides its visits, oldest first.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>>;

    /// Some of the runs, newest first, and where the next page begins. Runs that were added at the same
    /// moment stand in the descending order of the bytes of their ids.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page>;

    /// Deletes a run with all that belongs to it, if it still has this version and nobody holds it. Answers
    /// whether it did.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool>;

    /// Deletes up to `limit` runs that finished longer than `age` ago, and says how many.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32>;

    /// Makes this worker known, with a lease of this length on every run that it is going to hold.
    ///
    /// # Errors
    ///
    /// When the store cannot be used, or the worker is known already.
    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()>;

    /// Begins the worker's lease anew, and tells what people want of the runs that it holds. A lease that is
    /// over stays over: [`Renewed::alive`] is false then, and the worker has to join under another id.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed>;

    /// Gives up every run that the worker holds, and forgets the worker. One that is not known is forgotten
    /// already.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()>;

    /// Ends the leases of workers whose processes are gone for certain, without waiting for the leases to
    /// run out, and says how many. A store that cannot know answers 0.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn bury(&self) -> StoreFuture<'_, u32>;

    /// Takes hold of runs that are [ready](RunStatus::Ready), due, and held by nobody whose lease lasts; the
    /// longest due first, where a run without a due time counts as due since it was added. No two workers are
    /// ever given the same run under the same [fence](StoredRun::fence). A claim raises the
    /// [version](StoredRun::version) too, so that who looked at the run before cannot change it as if it were
    /// free.
    ///
    /// # Errors
    ///
    /// [`is_lease_lost`](StoreError::is_lease_lost) when the worker's own lease is over.
    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>>;

    /// What time it is for the database.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn now(&self) -> StoreFuture<'_, Timestamp>;
}

const _: fn(&dyn Store) = |_| {};
