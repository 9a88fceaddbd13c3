//! Workers and their leases.

use std::sync::Arc;
use std::time::Duration;

use stepflow::BoxError;

use crate::testing::sample::{
    HOUR, add, ago, boundary, cancellation, claim, end_lease, hold, load, names, new_run, release, settled,
    worker,
};
use crate::{NewRun, RunStatus, Store, WorkerId};

/// No two workers have one name.
pub async fn a_worker_joins_once(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let first = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &first).await?;
    let error = store.join(&first, HOUR).await.err();
    assert!(error.is_some_and(|error| error.is_refused()));
    store.advance(&claim, &boundary(1)).await?;
    Ok(())
}

/// A lease that lasts is begun anew, for as long as is asked for.
pub async fn a_lease_is_renewed(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    for lease in [HOUR, Duration::from_secs(600), Duration::MAX] {
        assert!(store.renew(&worker, lease).await?.alive, "{lease:?}");
        assert!(load(&store, &claim.run).await?.held, "{lease:?}");
    }
    Ok(())
}

/// A lease that is over is not renewed, and neither is one that never was.
pub async fn an_ended_lease_stays_ended(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    end_lease(&store, &worker).await?;

    assert!(!store.renew(&worker, HOUR).await?.alive);
    assert!(!load(&store, &claim.run).await?.held);
    assert!(store.advance(&claim, &boundary(1)).await.is_err_and(|error| error.is_lease_lost()));
    assert!(!store.renew(&WorkerId::new("never joined"), HOUR).await?.alive);
    Ok(())
}

/// With its lease, a worker is told which of its runs people want to be cancelled.
pub async fn a_renewal_tells_of_cancellations(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let (one, other) = (worker(&store, "one").await?, worker(&store, "other").await?);
    for (name, worker, cancelled) in
        [("a", &one, true), ("b", &one, false), ("c", &other, true), ("d", &one, true)]
    {
        let claim = hold(&store, name, worker).await?;
        if cancelled {
            let run = load(&store, &claim.run).await?;
            assert!(store.amend(&run.id, run.version, &cancellation()).await?);
        }
        if name == "d" {
            store.advance(&claim, &release(RunStatus::Ready)).await?;
        }
    }
    assert_eq!(names(&store.renew(&one, HOUR).await?.cancelled), ["a"]);
    assert_eq!(names(&store.renew(&other, HOUR).await?.cancelled), ["c"]);
    Ok(())
}

/// With its lease, a worker is told when the next run falls due that nobody holds.
pub async fn a_renewal_tells_what_is_due_next(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    assert_eq!(store.renew(&worker, HOUR).await?.next_due, None);
    hold(&store, "held", &worker).await?;
    settled(&store, "paused", RunStatus::Paused).await?;
    assert_eq!(store.renew(&worker, HOUR).await?.next_due, None, "neither what is held nor what waits");

    let now = store.now().await?;
    for (name, seconds) in [("later", 3600), ("sooner", 60), ("latest", 7200)] {
        let due = now.checked_add(Duration::from_secs(seconds))?;
        store.create(&NewRun { due: Some(due), ..new_run(name)? }).await?;
    }
    let next = store.renew(&worker, HOUR).await?.next_due.map(|due| due.as_microsecond());
    assert_eq!(next, Some(now.checked_add(Duration::from_secs(60))?.as_microsecond()));

    let at_once = add(&store, "at once").await?;
    assert_eq!(store.renew(&worker, HOUR).await?.next_due, Some(at_once.created_at));
    let past = ago(&store, 60).await?;
    store.create(&NewRun { due: Some(past), workflow: "Other".into(), ..new_run("past")? }).await?;
    let next = store.renew(&worker, HOUR).await?.next_due.map(|due| due.as_microsecond());
    assert_eq!(next, Some(past.as_microsecond()));
    Ok(())
}

/// A worker that leaves gives up its runs at once, and commits nothing more.
pub async fn a_worker_that_leaves_gives_its_runs_up(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let (one, other) = (worker(&store, "one").await?, worker(&store, "other").await?);
    let first = hold(&store, "order-1", &one).await?;
    let others = hold(&store, "order-2", &other).await?;
    store.leave(&one).await?;
    store.leave(&one).await?;
    store.leave(&WorkerId::new("never joined")).await?;

    assert!(store.advance(&first, &boundary(1)).await.is_err_and(|error| error.is_lease_lost()));
    assert!(!store.renew(&one, HOUR).await?.alive);
    let claimed = claim(&store, &other, 9).await?;
    assert_eq!(names(claimed.iter().map(|run| &run.id)), ["order-1"]);
    assert!(claimed[0].fence > first.fence);
    store.advance(&others, &boundary(1)).await?;
    Ok(())
}

/// Whoever takes a name again that was given up has nothing of what was held under it.
pub async fn a_name_that_was_given_up_holds_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let first = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &first).await?;
    store.leave(&first).await?;
    // A store may also refuse to have the name twice.
    if let Err(error) = store.join(&first, HOUR).await {
        assert!(error.is_refused());
    }
    assert!(!load(&store, &claim.run).await?.held);
    assert!(store.advance(&claim, &boundary(1)).await.is_err_and(|error| error.is_lease_lost()));
    Ok(())
}

/// A worker whose process lives keeps its lease when the dead are buried.
pub async fn the_living_are_not_buried(store: Arc<dyn Store>) -> Result<(), BoxError> {
    assert_eq!(store.bury().await?, 0);
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    assert_eq!(store.bury().await?, 0);
    store.advance(&claim, &boundary(1)).await?;
    assert!(store.renew(&worker, HOUR).await?.alive);
    Ok(())
}
