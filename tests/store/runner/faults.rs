//! A store that does not always do what it is asked.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stepflow::{RunId, Timestamp};
use stepflow_store::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, NewRun, Page, Renewed, RunQuery, Store,
    StoreError, StoreFuture, StoredEvent, StoredRun, StoredVisit, WorkerId,
};

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The database is not there.
    Down,
    /// There is no room left.
    Full,
    /// It never answers.
    Hangs,
    /// It is done, and the answer is lost.
    Unheard,
    /// It is too large.
    TooLarge,
    /// The database is damaged.
    Torn,
}

/// A store some of whose calls go wrong: so many times each, in the order in which they were asked for.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    store: Arc<dyn Store>,
    coming: Arc<Mutex<BTreeMap<&'static str, Vec<Fault>>>>,
    always: Arc<Mutex<BTreeMap<&'static str, Fault>>>,
}

impl Faults {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, coming: Arc::default(), always: Arc::default() }
    }

    /// The next call of this name goes wrong; asked for again, the one after it does too.
    pub(crate) fn next(&self, call: &'static str, fault: Fault) -> &Self {
        self.coming.lock().unwrap().entry(call).or_default().push(fault);
        self
    }

    /// Every call of this name goes wrong, until [`heal`](Self::heal).
    pub(crate) fn always(&self, call: &'static str, fault: Fault) -> &Self {
        self.always.lock().unwrap().insert(call, fault);
        self
    }

    pub(crate) fn heal(&self) {
        self.always.lock().unwrap().clear();
        self.coming.lock().unwrap().clear();
    }

    /// Whether nothing is to go wrong any more.
    pub(crate) fn is_done(&self) -> bool {
        self.coming.lock().unwrap().values().all(Vec::is_empty)
    }

    fn fault(&self, call: &'static str) -> Option<Fault> {
        if let Some(fault) = self.always.lock().unwrap().get(call) {
            return Some(*fault);
        }
        let mut coming = self.coming.lock().unwrap();
        coming.get_mut(call).filter(|faults| !faults.is_empty()).map(|faults| faults.remove(0))
    }

    fn with<'a, T: Send + 'a>(&self, call: &'static str, done: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        let fault = self.fault(call);
        Box::pin(async move {
            let lost = || io::Error::other("connection lost");
            match fault {
                None => done.await,
                Some(Fault::Down) => Err(StoreError::unavailable("the database does not answer", lost())),
                Some(Fault::Full) => Err(StoreError::full("the disk is full", lost())),
                Some(Fault::Hangs) => std::future::pending().await,
                Some(Fault::Torn) => Err(StoreError::corrupt("page 7 is damaged")),
                Some(Fault::TooLarge) => Err(StoreError::refused("the state is too large")),
                Some(Fault::Unheard) => {
                    done.await?;
                    Err(StoreError::unavailable("the connection broke", lost()))
                }
            }
        })
    }
}

impl Store for Faults {
    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        self.with("create", self.store.create(run))
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        self.with("advance", self.store.advance(claim, step))
    }

    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        self.with("amend", self.store.amend(run, version, change))
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
        self.with("load", self.store.load(run))
    }

    fn visits<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredVisit>> {
        self.with("visits", self.store.visits(run))
    }

    fn events<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Vec<StoredEvent>> {
        self.with("events", self.store.events(run))
    }

    fn list<'a>(&'a self, query: &'a RunQuery) -> StoreFuture<'a, Page> {
        self.with("list", self.store.list(query))
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        self.with("delete", self.store.delete(run, version))
    }

    fn sweep(&self, age: Duration, limit: u32) -> StoreFuture<'_, u32> {
        self.with("sweep", self.store.sweep(age, limit))
    }

    fn join<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, ()> {
        self.with("join", self.store.join(worker, lease))
    }

    fn renew<'a>(&'a self, worker: &'a WorkerId, lease: Duration) -> StoreFuture<'a, Renewed> {
        self.with("renew", self.store.renew(worker, lease))
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> StoreFuture<'a, ()> {
        self.with("leave", self.store.leave(worker))
    }

    fn bury(&self) -> StoreFuture<'_, u32> {
        self.with("bury", self.store.bury())
    }

    fn claim<'a>(&'a self, request: &'a ClaimRequest) -> StoreFuture<'a, Vec<StoredRun>> {
        self.with("claim", self.store.claim(request))
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        self.with("now", self.store.now())
    }
}
