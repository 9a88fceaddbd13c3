//! Taking hold of runs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use stepflow::BoxError;
use tokio::task::JoinSet;

use crate::testing::sample::{
    HOUR, add, ago, boundary, cancellation, claim, end_lease, held, hold, id, load, names, new_run, settled,
    worker,
};
use crate::{Change, ClaimRequest, NewRun, RunStatus, Store, WorkerId};

/// What has been due for the longest is taken first, and what has no due time counts from when it was added.
pub async fn the_longest_due_comes_first(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    for (name, seconds) in [("c", Some(20)), ("a", None), ("b", Some(10)), ("d", Some(30))] {
        let due = match seconds {
            Some(seconds) => Some(ago(&store, seconds).await?),
            None => None,
        };
        store.create(&NewRun { due, ..new_run(name)? }).await?;
    }
    let mut order = Vec::new();
    for _ in 0..4 {
        order.extend(names(claim(&store, &worker, 1).await?.iter().map(|run| &run.id)));
    }
    assert_eq!(order, ["d", "c", "b", "a"]);
    Ok(())
}

/// A run is not taken before it is due.
pub async fn what_is_not_due_is_left(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let later = store.now().await?.checked_add(HOUR)?;
    store.create(&NewRun { due: Some(later), ..new_run("later")? }).await?;
    assert_eq!(claim(&store, &worker, 9).await?, []);

    let run = load(&store, &id("later")?).await?;
    let change = Change { due: Some(Some(ago(&store, 1).await?)), ..Change::default() };
    assert!(store.amend(&run.id, run.version, &change).await?);
    assert_eq!(names(claim(&store, &worker, 9).await?.iter().map(|run| &run.id)), ["later"]);
    Ok(())
}

/// Runs that wait for a person, or are over, are nobody's to carry out.
pub async fn only_ready_runs_are_taken(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    for status in RunStatus::ALL {
        settled(&store, status.as_str(), status).await?;
    }
    let claimed = claim(&store, &worker, 100).await?;
    assert_eq!(names(claimed.iter().map(|run| &run.id)), ["ready"]);
    Ok(())
}

/// A worker is given runs of the workflows that it has, and no others.
pub async fn only_known_workflows_are_taken(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    for workflow in ["Invoice", "Order", "Refund"] {
        store.create(&NewRun { workflow: workflow.into(), ..new_run(workflow)? }).await?;
    }
    for (workflows, expected) in [
        (vec![], vec![]),
        (vec!["refund", "Ref", "%", "Refund "], vec![]),
        (vec!["Refund", "Invoice", "Unheard of"], vec!["Invoice", "Refund"]),
        (vec!["Refund", "Invoice", "Order"], vec!["Order"]),
    ] {
        let workflows = workflows.into_iter().map(str::to_owned).collect();
        let request = ClaimRequest { worker: worker.clone(), workflows, limit: 9 };
        let claimed: BTreeSet<_> = store.claim(&request).await?.into_iter().map(|run| run.workflow).collect();
        assert_eq!(claimed.into_iter().collect::<Vec<_>>(), expected);
    }
    Ok(())
}

/// A worker is given as many runs as it has room for.
pub async fn no_more_than_asked_for_are_taken(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    for number in 0..5 {
        add(&store, &format!("order-{number}")).await?;
    }
    for (limit, expected) in [(0, 0), (2, 2), (100, 3), (100, 0)] {
        assert_eq!(claim(&store, &worker, limit).await?.len(), expected);
    }
    Ok(())
}

/// A run whose holder's lease lasts is not taken, by nobody.
pub async fn what_somebody_holds_is_left(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let (one, other) = (worker(&store, "one").await?, worker(&store, "other").await?);
    let first = hold(&store, "order-1", &one).await?;
    for worker in [&one, &other] {
        assert_eq!(claim(&store, worker, 9).await?, [], "{worker}");
    }
    store.advance(&first, &boundary(1)).await?;
    Ok(())
}

/// When a lease is over, its runs are there for others, under a higher fence.
pub async fn an_ended_lease_sets_runs_free(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let (one, other) = (worker(&store, "one").await?, worker(&store, "other").await?);
    let first = hold(&store, "order-1", &one).await?;
    store.advance(&first, &boundary(1)).await?;
    end_lease(&store, &one).await?;
    let left = load(&store, &first.run).await?;
    assert_eq!((left.held, left.worker.as_ref()), (false, Some(&one)));

    let claimed = claim(&store, &other, 9).await?;
    assert_eq!(names(claimed.iter().map(|run| &run.id)), ["order-1"]);
    let run = load(&store, &first.run).await?;
    assert_eq!(claimed[0], run, "what is handed out is the run as it is kept");
    assert_eq!((run.held, run.worker.as_ref(), run.state.as_str()), (true, Some(&other), r#"{"n":1}"#));
    assert!(run.fence > first.fence);
    store.advance(&held(&run, &other), &boundary(2)).await?;
    Ok(())
}

/// A worker whose own lease is over, or that never joined, is given nothing.
pub async fn a_worker_without_a_lease_takes_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    add(&store, "order-1").await?;
    let over = WorkerId::new("over");
    store.join(&over, Duration::ZERO).await?;
    for worker in [over, WorkerId::new("never joined")] {
        let request = ClaimRequest { worker: worker.clone(), workflows: vec!["Refund".into()], limit: 1 };
        let error = store.claim(&request).await.err();
        assert!(error.is_some_and(|error| error.is_lease_lost()), "{worker}");
    }
    assert!(!load(&store, &id("order-1")?).await?.held);
    Ok(())
}

/// Many workers that ask at once are given different runs.
pub async fn no_run_is_taken_twice(store: Arc<dyn Store>) -> Result<(), BoxError> {
    const RUNS: usize = 40;
    for number in 0..RUNS {
        add(&store, &format!("order-{number}")).await?;
    }
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let worker = worker(&store, &format!("worker {number}")).await?;
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut taken = Vec::new();
            // Others may be given what is left while this worker is told that there is nothing.
            for _ in 0..RUNS {
                for run in claim(&store, &worker, 3).await? {
                    store.advance(&held(&run, &worker), &boundary(1)).await?;
                    taken.push((run.id.to_string(), run.fence));
                }
            }
            Ok::<_, BoxError>(taken)
        });
    }
    let mut taken = Vec::new();
    while let Some(runs) = tasks.join_next().await {
        taken.extend(runs??);
    }
    assert_eq!(taken.len(), RUNS);
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), RUNS);
    Ok(())
}

/// How often a run was taken up is counted until it comes to a boundary.
pub async fn a_claim_is_counted_until_a_boundary(store: Arc<dyn Store>) -> Result<(), BoxError> {
    add(&store, "order-1").await?;
    for count in 1..=3 {
        let worker = worker(&store, &format!("worker {count}")).await?;
        let claimed = claim(&store, &worker, 1).await?;
        assert_eq!((claimed[0].claims, claimed[0].fence), (count, u64::from(count)));
        end_lease(&store, &worker).await?;
    }
    let run = load(&store, &id("order-1")?).await?;
    assert!(store.amend(&run.id, run.version, &cancellation()).await?);
    let run = load(&store, &run.id).await?;
    assert_eq!(run.claims, 3, "a change that says nothing of where the run is does not count as one");

    let last = worker(&store, "last").await?;
    let claimed = claim(&store, &last, 1).await?;
    store.advance(&held(&claimed[0], &last), &boundary(1)).await?;
    assert_eq!(load(&store, &run.id).await?.claims, 0);
    Ok(())
}

/// A person who sends a run on its way has its claims counted anew.
pub async fn claims_are_counted_anew_for_a_person(store: Arc<dyn Store>) -> Result<(), BoxError> {
    add(&store, "order-1").await?;
    let worker = worker(&store, "w").await?;
    let claimed = claim(&store, &worker, 1).await?.remove(0);
    let change = Change { status: Some(RunStatus::Ready), release: true, ..Change::default() };
    assert!(store.amend(&claimed.id, claimed.version, &change).await?);
    assert_eq!(load(&store, &claimed.id).await?.claims, 0);
    assert_eq!(claim(&store, &worker, 1).await?[0].claims, 1);
    Ok(())
}

/// Who looked at the run before it was taken cannot change it any more as if it were free.
pub async fn a_claim_is_a_change(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let before = add(&store, "order-1").await?;
    let after = claim(&store, &worker, 1).await?.remove(0);

    assert!(after.version > before.version);
    assert_eq!(after.updated_at, before.updated_at, "it is nothing that happened to the run itself");
    let change = Change { release: true, ..cancellation() };
    assert!(!store.amend(&before.id, before.version, &change).await?);
    store.advance(&held(&after, &worker), &boundary(1)).await?;
    Ok(())
}
