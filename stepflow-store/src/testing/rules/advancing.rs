//! Committing boundaries.

use std::sync::Arc;

use stepflow::{BoxError, RunId};
use tokio::task::JoinSet;

use crate::testing::sample::{
    boundary, cancellation, claim, end_lease, event, held, hold, id, load, release, worker,
};
use crate::{Advance, Change, Claim, RunStatus, Store, StoredEvent, StoredRun, StoredVisit};

/// Every part of a boundary is there afterwards.
pub async fn a_boundary_is_kept(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    let before = load(&store, &claim.run).await?;
    let due = before.created_at.checked_add(std::time::Duration::from_secs(60))?;
    let step = Advance {
        status: RunStatus::Paused,
        due: Some(due),
        step: None,
        event: Some(event("asked")),
        ..boundary(1)
    };
    assert!(!store.advance(&claim, &step).await?.cancelled);

    let after = load(&store, &claim.run).await?;
    assert_eq!((after.status, after.due, after.step.as_deref()), (RunStatus::Paused, Some(due), None));
    assert_eq!((after.head.as_str(), after.state.as_str()), (r#"{"at":1}"#, r#"{"n":1}"#));
    assert_eq!((after.fence, after.held), (claim.fence, true));
    assert!(after.version > before.version);
    assert!(after.updated_at >= before.updated_at);
    assert_eq!((after.created_at, after.finished_at), (before.created_at, None));

    let visits = store.visits(&claim.run).await?;
    assert_eq!(visits.len(), 2);
    assert_eq!((visits[1].sequence, visits[1].step.as_str()), (1, "step 1"));
    assert_eq!((visits[1].result.as_str(), visits[1].state.as_str()), (r#"{"sequence":1}"#, r#"{"n":1}"#));
    let kinds: Vec<_> = store.events(&claim.run).await?.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["created", "asked"]);
    Ok(())
}

/// A boundary without a visit leaves the state where it was.
pub async fn a_boundary_may_change_nothing_but_the_head(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    store.advance(&claim, &boundary(1)).await?;
    let step = Advance { head: r#"{"at":"same"}"#.into(), visit: None, ..boundary(2) };
    store.advance(&claim, &step).await?;

    let run = load(&store, &claim.run).await?;
    assert_eq!((run.head.as_str(), run.state.as_str()), (r#"{"at":"same"}"#, r#"{"n":1}"#));
    assert_eq!(store.visits(&claim.run).await?.len(), 2);
    Ok(())
}

/// Who held the run before, under a lower fence, commits nothing, even when it is the same worker.
pub async fn a_stale_fence_commits_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let stale = hold(&store, "order-1", &worker).await?;
    store.advance(&stale, &release(RunStatus::Ready)).await?;
    let claimed = claim(&store, &worker, 1).await?;
    let fresh = held(&claimed[0], &worker);

    assert!(fresh.fence > stale.fence);
    refuses(&store, &stale).await?;
    refuses(&store, &Claim { fence: fresh.fence + 1, ..fresh.clone() }).await?;
    store.advance(&fresh, &boundary(1)).await?;
    Ok(())
}

/// A worker whose lease is over commits nothing, whether or not somebody else took the run.
pub async fn an_ended_lease_commits_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let late = worker(&store, "late").await?;
    let stale = hold(&store, "order-1", &late).await?;
    end_lease(&store, &late).await?;
    refuses(&store, &stale).await?;

    let next = worker(&store, "next").await?;
    let claimed = claim(&store, &next, 1).await?;
    refuses(&store, &stale).await?;
    store.advance(&held(&claimed[0], &next), &boundary(1)).await?;
    refuses(&store, &stale).await
}

/// A worker that does not hold the run commits nothing, and no guessed fence helps it.
pub async fn another_worker_commits_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "one").await?).await?;
    let other = worker(&store, "other").await?;
    refuses(&store, &Claim { worker: other, ..claim.clone() }).await?;
    store.advance(&claim, &boundary(1)).await?;
    Ok(())
}

/// After a boundary that gives the run up, its worker commits nothing more.
pub async fn a_released_run_is_let_go_of(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    store.advance(&claim, &release(RunStatus::Paused)).await?;

    let run = load(&store, &claim.run).await?;
    assert_eq!((run.held, run.worker), (false, Some(worker)));
    refuses(&store, &claim).await
}

/// Nobody holds a run that is not there.
pub async fn an_unknown_run_is_nobodys(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let error = store.advance(&Claim { run: id("no such run")?, worker, fence: 1 }, &boundary(1)).await.err();
    assert!(error.is_some_and(|error| error.is_lease_lost()));
    Ok(())
}

/// A boundary takes a person's answer off the run, for that is part of it now.
pub async fn a_boundary_takes_the_answer(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    let run = load(&store, &claim.run).await?;
    let change = Change {
        answer: Some(Some(r#"{"approved":true}"#.into())),
        hold: Some(Some("why".into())),
        ..Change::default()
    };
    assert!(store.amend(&run.id, run.version, &change).await?);
    assert!(load(&store, &run.id).await?.answer.is_some());

    store.advance(&claim, &boundary(1)).await?;
    let run = load(&store, &run.id).await?;
    assert_eq!((run.answer, run.hold.as_deref()), (None, Some("why")));
    Ok(())
}

/// A boundary tells the worker that somebody wants the run to be cancelled.
pub async fn a_boundary_tells_of_a_cancellation(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    assert!(!store.advance(&claim, &boundary(1)).await?.cancelled);
    let run = load(&store, &claim.run).await?;
    assert!(store.amend(&run.id, run.version, &cancellation()).await?);

    assert!(store.advance(&claim, &boundary(2)).await?.cancelled);
    assert_eq!(load(&store, &run.id).await?.cancel.as_deref(), Some("Kim"));
    Ok(())
}

/// A run that finishes has its time of finishing; one that does not has none.
pub async fn a_finished_run_says_when(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    for status in RunStatus::ALL {
        let claim = hold(&store, status.as_str(), &worker).await?;
        store.advance(&claim, &release(status)).await?;
        let run = load(&store, &claim.run).await?;
        let expected = status.is_finished().then_some(run.updated_at);
        assert_eq!((run.status, run.finished_at), (status, expected));
    }
    Ok(())
}

/// Many runs, each at its own pace, disturb each other in nothing; what one is refused the others are not.
pub async fn many_runs_advance_at_once(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let mut tasks = JoinSet::new();
    for number in 0..24 {
        let claim = hold(&store, &format!("order-{number}"), &worker).await?;
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            for sequence in 1..=8 {
                let stale = Claim { fence: claim.fence + 7, ..claim.clone() };
                let refused = store.advance(&stale, &boundary(sequence)).await.is_err();
                store.advance(&claim, &boundary(sequence)).await?;
                assert!(refused, "a commit under a fence that nobody gave out");
            }
            Ok::<RunId, BoxError>(claim.run)
        });
    }
    while let Some(run) = tasks.join_next().await {
        let visits = store.visits(&run??).await?;
        let states: Vec<_> = visits.into_iter().map(|visit| visit.state).collect();
        assert_eq!(states, (0..=8).map(|n| format!(r#"{{"n":{n}}}"#)).collect::<Vec<_>>());
    }
    Ok(())
}

/// That a commit under this claim is refused, and changes nothing.
async fn refuses(store: &Arc<dyn Store>, claim: &Claim) -> Result<(), BoxError> {
    let before = all(store, &claim.run).await?;
    let step = Advance { event: Some(event("wrong")), head: "wrong".into(), ..boundary(1) };
    let error = store.advance(claim, &step).await.err();
    assert!(error.is_some_and(|error| error.is_lease_lost()), "{claim}");
    assert_eq!(all(store, &claim.run).await?, before, "{claim}");
    Ok(())
}

async fn all(
    store: &Arc<dyn Store>,
    run: &RunId,
) -> Result<(StoredRun, Vec<StoredVisit>, Vec<StoredEvent>), BoxError> {
    Ok((load(store, run).await?, store.visits(run).await?, store.events(run).await?))
}
