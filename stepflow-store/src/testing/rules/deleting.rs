//! Getting rid of runs.

use std::sync::Arc;
use std::time::Duration;

use stepflow::BoxError;

use crate::testing::sample::{
    HOUR, add, boundary, decision, end_lease, hold, id, load, release, settled, worker,
};
use crate::{Advance, Change, RunQuery, RunStatus, Store};

/// A deleted run is gone with its visits, its log and its decisions; its id may be used again.
pub async fn a_deleted_run_is_gone(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    for sequence in 1..=3 {
        store.advance(&claim, &boundary(sequence)).await?;
    }
    let last = Advance { event: Some(decision("gate", "Kim")), ..release(RunStatus::Succeeded) };
    store.advance(&claim, &last).await?;
    add(&store, "order-2").await?;
    let run = load(&store, &claim.run).await?;

    assert!(store.delete(&run.id, run.version).await?);
    assert!(!store.delete(&run.id, run.version).await?, "once");
    assert_eq!(store.load(&run.id).await?, None);
    assert_eq!((store.visits(&run.id).await?, store.events(&run.id).await?), (vec![], vec![]));
    assert_eq!(store.list(&RunQuery::default()).await?.runs.len(), 1);
    assert_eq!(load(&store, &id("order-2")?).await?.state, r#"{"n":0}"#, "others stay");

    let again = add(&store, "order-1").await?;
    assert_eq!((again.fence, store.visits(&again.id).await?.len()), (0, 1));
    let decided = Change { event: Some(decision("gate", "Lee")), ..Change::default() };
    assert!(store.amend(&again.id, again.version, &decided).await?);
    Ok(())
}

/// A run that somebody carries out is not deleted; one whose holder is gone is.
pub async fn a_held_run_is_not_deleted(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    let run = load(&store, &claim.run).await?;
    assert!(!store.delete(&run.id, run.version).await?);
    assert_eq!(load(&store, &run.id).await?, run);

    end_lease(&store, &worker).await?;
    assert!(store.delete(&run.id, run.version).await?);
    Ok(())
}

/// A run that changed since somebody looked is not deleted.
pub async fn another_version_is_not_deleted(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = settled(&store, "order-1", RunStatus::Failed).await?;
    for version in [0, run.version - 1, run.version + 1, u64::MAX] {
        assert!(!store.delete(&run.id, version).await?, "{version}");
    }
    assert_eq!(load(&store, &run.id).await?, run);
    Ok(())
}

/// Runs that finished long enough ago are swept, and no others.
pub async fn finished_runs_are_swept(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    for status in RunStatus::ALL {
        settled(&store, status.as_str(), status).await?;
    }
    hold(&store, "working", &worker).await?;
    let failed = load(&store, &id("failed")?).await?;
    assert_eq!(store.sweep(HOUR, 100).await?, 0);
    assert_eq!(store.sweep(Duration::MAX, 100).await?, 0);

    // Older than nothing: on a clock that stands still for so long they are not older yet.
    while store.now().await? <= failed.finished_at.unwrap_or(failed.updated_at) {}
    let mut swept = 0;
    while swept < 3 {
        swept += store.sweep(Duration::ZERO, 100).await?;
    }
    assert_eq!(swept, 3);
    assert_eq!(store.visits(&failed.id).await?, []);
    assert_eq!(store.events(&failed.id).await?, []);
    let left = store.list(&RunQuery::default()).await?.runs;
    assert_eq!(left.len(), 5);
    assert!(left.iter().all(|run| !run.status.is_finished()));
    Ok(())
}

/// A sweep deletes no more than it is told to.
pub async fn a_sweep_has_a_limit(store: Arc<dyn Store>) -> Result<(), BoxError> {
    for number in 0..5 {
        settled(&store, &format!("order-{number}"), RunStatus::Succeeded).await?;
    }
    let newest = store.now().await?;
    while store.now().await? <= newest {}
    for (limit, expected) in [(0, 0), (2, 2), (2, 2), (2, 1), (2, 0)] {
        assert_eq!(store.sweep(Duration::ZERO, limit).await?, expected);
    }
    Ok(())
}
