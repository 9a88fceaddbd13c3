//! A store in a process that is going to be killed at one of its commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use stepflow::{RunId, Timestamp};
use stepflow_store::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, NewRun, Page, Renewed, RunQuery, Store,
    StoreFuture, StoredEvent, StoredRun, StoredVisit, WorkerId,
};

use super::Kill;
use super::journal::{Entry, Pen};

/// Kills this process, as the kernel would.
pub(super) fn die() -> ! {
    kill_process(getpid(), Signal::KILL).unwrap();
    loop {
        std::thread::park();
    }
}

#[derive(Debug)]
pub(super) struct Deadly {
    pub(super) inner: Arc<dyn Store>,
    pub(super) pen: Arc<Pen>,
    pub(super) commits: AtomicU32,
    pub(super) kill: Kill,
}

impl Deadly {
    /// A commit that changes a run.
    async fn commit<T>(&self, commit: StoreFuture<'_, T>) -> Result<T, stepflow_store::StoreError> {
        let nth = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        if self.kill == Kill::BeforeCommit(nth) {
            die();
        }
        let done = commit.await;
        self.pen.write(&Entry::Committed);
        if self.kill == Kill::AfterCommit(nth) {
            die();
        }
        done
    }
}

impl Store for Deadly {
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        Box::pin(self.commit(self.inner.create(run)))
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        Box::pin(self.commit(self.inner.advance(claim, step)))
    }

    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        Box::pin(self.commit(self.inner.amend(run, version, change)))
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
        self.inner.load(run)
    }

    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>> {
        self.inner.visits(run)
    }

    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>> {
        self.inner.events(run)
    }

    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page> {
        self.inner.list(query)
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        self.inner.delete(run, version)
    }

    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32> {
        self.inner.sweep(age, limit)
    }

    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()> {
        self.inner.join(worker, lease)
    }

    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed> {
        self.inner.renew(worker, lease)
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()> {
        self.inner.leave(worker)
    }

    fn bury(&self) -> StoreFuture<'_, u32> {
        self.inner.bury()
    }

    /// Most claims find nothing, and how many there are is a matter of time: what counts is one that took hold of
    /// the run.
    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>> {
        Box::pin(async {
            let taken = self.inner.claim(request).await?;
            if taken.is_empty() {
                return Ok(taken);
            }
            self.commit(Box::pin(async { Ok(taken) })).await
        })
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        self.inner.now()
    }
}
