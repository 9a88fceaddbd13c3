//! A store that counts how often it is asked for a run.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stepflow::{RunId, Timestamp};
use stepflow_store::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, MemoryStore, NewRun, Page, Renewed, RunQuery,
    Store, StoreFuture, StoredEvent, StoredRun, StoredVisit, WorkerId,
};

#[derive(Debug, Default)]
pub(super) struct Counting {
    store: MemoryStore,
    loads: AtomicU32,
}

impl Counting {
    /// How often it was asked since this was last called.
    pub(super) fn loads(&self) -> u32 {
        self.loads.swap(0, Ordering::Relaxed)
    }
}

impl Store for Counting {
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        self.store.create(run)
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        self.store.advance(claim, step)
    }

    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        self.store.amend(run, version, change)
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        self.store.load(run)
    }

    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>> {
        self.store.visits(run)
    }

    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>> {
        self.store.events(run)
    }

    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page> {
        self.store.list(query)
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        self.store.delete(run, version)
    }

    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32> {
        self.store.sweep(age, limit)
    }

    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()> {
        self.store.join(worker, lease)
    }

    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed> {
        self.store.renew(worker, lease)
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()> {
        self.store.leave(worker)
    }

    fn bury(&self) -> StoreFuture<'_, u32> {
        self.store.bury()
    }

    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>> {
        self.store.claim(request)
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        self.store.now()
    }
}
