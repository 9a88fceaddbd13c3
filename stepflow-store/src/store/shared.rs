//! A store that several hold is a store.

use std::sync::Arc;
use std::time::Duration;

use stepflow::{RunId, Timestamp};

use super::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, NewRun, Page, Renewed, RunQuery, Store,
    StoreFuture, StoredEvent, StoredRun, StoredVisit, WorkerId,
};

impl<S: Store + ?Sized> Store for Arc<S> {
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        (**self).create(run)
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        (**self).advance(claim, step)
    }

    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        (**self).amend(run, version, change)
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
        (**self).load(run)
    }

    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>> {
        (**self).visits(run)
    }

    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>> {
        (**self).events(run)
    }

    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page> {
        (**self).list(query)
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        (**self).delete(run, version)
    }

    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32> {
        (**self).sweep(age, limit)
    }

    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()> {
        (**self).join(worker, lease)
    }

    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed> {
        (**self).renew(worker, lease)
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()> {
        (**self).leave(worker)
    }

    fn bury(&self) -> StoreFuture<'_, u32> {
        (**self).bury()
    }

    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>> {
        (**self).claim(request)
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        (**self).now()
    }
}
