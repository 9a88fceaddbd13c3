//! A store in which somebody else is always a little quicker, or whose answers get lost.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stepflow::{ApprovalDecision, RunId, Timestamp};
use stepflow_store::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, MemoryStore, NewEvent, NewRun, Page, Renewed,
    RunQuery, RunStatus, RunsError, Store, StoreError, StoreFuture, StoredEvent, StoredRun, StoredVisit,
    WorkerId,
};

use super::desk::Desk;
use super::workflows::{Refund, order};

#[derive(Debug)]
struct Rivals {
    store: MemoryStore,
    /// So many changes come after one of somebody else's.
    quicker: AtomicU32,
    /// So many changes are made, and nobody hears of it.
    unheard: AtomicU32,
}

fn takes_one(count: &AtomicU32) -> bool {
    count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1)).is_ok()
}

/// Nothing goes wrong until it is said.
fn rivals() -> (Desk, Arc<Rivals>) {
    let store = Arc::new(Rivals { store: MemoryStore::new(), quicker: 0.into(), unheard: 0.into() });
    (Desk::with(store.clone(), ()), store)
}

#[tokio::test]
async fn a_change_that_was_overtaken_is_made_once_more() {
    let (desk, store) = rivals();
    let run = desk.begin("order-7", Refund::new, order(7)).await;
    store.quicker.store(20, Ordering::Relaxed);
    desk.runs
        .decide(&"order-7/pay/1/1".parse().unwrap(), ApprovalDecision::approve().by("noor"))
        .await
        .unwrap();
    assert_eq!(store.quicker.load(Ordering::Relaxed), 0);
    assert_eq!(desk.status(&run).await, RunStatus::Ready);
    assert_eq!(desk.log(&run).await.iter().filter(|kind| *kind == "decided").count(), 1);
}

#[tokio::test]
async fn a_run_that_never_keeps_still_is_given_up() {
    let (desk, store) = rivals();
    let run = desk.begin("order-0", Refund::new, order(0)).await;
    store.quicker.store(u32::MAX, Ordering::Relaxed);
    for outcome in [desk.runs.retry(&run, "noor").await, desk.runs.delete(&run).await] {
        let error = outcome.unwrap_err();
        assert!(matches!(error, RunsError::Busy { .. }), "{error}");
        assert_eq!(
            error.to_string(),
            "run `order-0` kept changing while somebody looked at it; try once more"
        );
    }
}

#[tokio::test]
async fn whoever_did_not_hear_that_they_decided_hears_it_when_they_ask_again() {
    let (desk, store) = rivals();
    desk.begin("order-7", Refund::new, order(7)).await;
    store.unheard.store(1, Ordering::Relaxed);
    let gate = "order-7/pay/1/1".parse().unwrap();
    let yes = ApprovalDecision::approve().by("noor");
    let error = desk.runs.decide(&gate, yes.clone()).await.unwrap_err();
    assert!(error.store_failure().is_some_and(StoreError::is_unavailable), "{error}");
    let error = desk.runs.decide(&gate, yes.clone()).await.unwrap_err();
    let RunsError::AlreadyDecided(first) = error else { panic!("{error}") };
    assert_eq!((first.decision, first.by.as_str()), (yes, "noor"));
}

impl Store for Rivals {
    fn amend<'a>(&'a self, run: &'a RunId, version: u64, change: &'a Change) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            self.rival(run).await?;
            let amended = self.store.amend(run, version, change).await?;
            if takes_one(&self.unheard) {
                return Err(StoreError::unavailable("the connection broke", io::Error::other("reset")));
            }
            Ok(amended)
        })
    }

    fn delete<'a>(&'a self, run: &'a RunId, version: u64) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            self.rival(run).await?;
            self.store.delete(run, version).await
        })
    }

    fn create<'a>(&'a self, run: &'a NewRun) -> StoreFuture<'a, Created> {
        self.store.create(run)
    }

    fn advance<'a>(&'a self, claim: &'a Claim, step: &'a Advance) -> StoreFuture<'a, Advanced> {
        self.store.advance(claim, step)
    }

    fn load<'a>(&'a self, run: &'a RunId) -> StoreFuture<'a, Option<StoredRun>> {
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

impl Rivals {
    /// Somebody else changes the run.
    async fn rival(&self, run: &RunId) -> Result<(), StoreError> {
        if !takes_one(&self.quicker) {
            return Ok(());
        }
        let Some(found) = self.store.load(run).await? else { return Ok(()) };
        let event = NewEvent { kind: "looked".to_owned(), by: None, gate: None, data: "{}".to_owned() };
        let change = Change { event: Some(event), ..Change::default() };
        self.store.amend(run, found.version, &change).await.map(|_| ())
    }
}
