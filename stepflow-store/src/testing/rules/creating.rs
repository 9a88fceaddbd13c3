//! Adding runs.

use std::sync::Arc;
use std::time::Duration;

use stepflow::BoxError;
use tokio::task::JoinSet;

use crate::testing::sample::{add, boundary, definition, event, hold, id, load, new_run, visit, worker};
use crate::{Created, NewEvent, NewRun, RunStatus, Store, WorkerId};

/// The second run of an id is none, and the first stays as it was.
pub async fn a_run_is_added_once(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let first = add(&store, "order-1").await?;
    let again = NewRun { workflow: "Other".into(), head: "{}".into(), ..new_run("order-1")? };

    assert_eq!(store.create(&again).await?, Created::Exists);
    assert_eq!(load(&store, &first.id).await?, first);
    assert_eq!(store.events(&first.id).await?.len(), 1, "nothing is noted where nothing happens");
    Ok(())
}

/// Every part of a new run comes back.
pub async fn a_run_is_kept_as_it_was_given(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let before = store.now().await?;
    let due = before.checked_add(Duration::from_secs(90))?;
    let given = NewRun {
        due: Some(due),
        hold: Some("{}".into()),
        event: NewEvent { by: Some("Kim".into()), data: r#"{"from":"web"}"#.into(), ..event("created") },
        ..new_run("order-1")?
    };
    assert!(matches!(store.create(&given).await?, Created::Added { .. }));
    let kept = load(&store, &given.id).await?;

    assert_eq!(kept.id, given.id);
    assert_eq!(kept.workflow, "Refund");
    assert_eq!(kept.definition, definition("Refund"));
    assert_eq!(kept.status, RunStatus::Ready);
    assert_eq!(kept.due.map(|due| due.as_microsecond()), Some(due.as_microsecond()));
    assert_eq!(kept.step.as_deref(), Some("check"));
    assert_eq!((kept.head.as_str(), kept.state.as_str()), (r#"{"at":0}"#, r#"{"n":0}"#));
    assert_eq!((kept.worker, kept.held, kept.claims), (None, false, 0));
    assert_eq!((kept.answer, kept.hold.as_deref(), kept.cancel), (None, Some("{}"), None));
    assert_eq!((kept.updated_at, kept.finished_at), (kept.created_at, None));
    assert!(kept.created_at >= before && kept.created_at <= store.now().await?);

    let events = store.events(&given.id).await?;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].number, events[0].kind.as_str()), (1, "created"));
    assert_eq!((events[0].by.as_deref(), events[0].gate.as_deref()), (Some("Kim"), None));
    assert_eq!(events[0].data, r#"{"from":"web"}"#);
    Ok(())
}

/// A worker that adds a run holds it from the start.
pub async fn a_worker_holds_what_it_adds(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    let run = load(&store, &claim.run).await?;

    assert!(run.held);
    assert_eq!((run.worker.as_ref(), run.fence, run.claims), (Some(&worker), claim.fence, 1));
    store.advance(&claim, &boundary(1)).await?;
    Ok(())
}

/// Who has no lease, or never had one, adds no run in their own name.
pub async fn a_worker_without_a_lease_adds_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let over = WorkerId::new("over");
    store.join(&over, Duration::ZERO).await?;
    for worker in [over, WorkerId::new("never joined")] {
        let run = NewRun { worker: Some(worker.clone()), ..new_run("order-1")? };
        let error = store.create(&run).await.err();
        assert!(error.is_some_and(|error| error.is_lease_lost()), "{worker}");
        assert_eq!(store.load(&run.id).await?, None, "{worker}");
    }
    Ok(())
}

/// Of many who add the same run at once, one does.
pub async fn one_of_many_adds_the_run(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let (store, run) = (Arc::clone(&store), NewRun { head: number.to_string(), ..new_run("order-1")? });
        tasks.spawn(async move { store.create(&run).await.map(|created| (number, created)) });
    }
    let mut added = Vec::new();
    while let Some(created) = tasks.join_next().await {
        if let (number, Created::Added { .. }) = created?? {
            added.push(number.to_string());
        }
    }
    assert_eq!(added, [load(&store, &id("order-1")?).await?.head]);
    Ok(())
}

/// The copy of a run brings visits with it; those without a state have that of the one before.
pub async fn a_copy_comes_with_its_history(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let visits =
        vec![visit(0, Some(r#"{"n":0}"#)), visit(1, Some(r#"{"n":1}"#)), visit(2, None), visit(4, None)];
    let copy = NewRun { visits, ..new_run("copy")? };
    store.create(&copy).await?;

    let kept = store.visits(&copy.id).await?;
    let kept: Vec<_> = kept.iter().map(|visit| (visit.sequence, visit.state.as_str())).collect();
    assert_eq!(kept, [(0, r#"{"n":0}"#), (1, r#"{"n":1}"#), (2, r#"{"n":1}"#), (4, r#"{"n":1}"#)]);
    assert_eq!(load(&store, &copy.id).await?.state, r#"{"n":1}"#);
    Ok(())
}

/// A run without a first state, or with visits out of order, is refused.
pub async fn a_run_needs_a_state(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let state = Some("{}");
    for visits in [
        vec![],
        vec![visit(0, None)],
        vec![visit(1, state)],
        vec![visit(0, state), visit(0, state)],
        vec![visit(0, state), visit(2, state), visit(1, state)],
    ] {
        let run = NewRun { visits, ..new_run("order-1")? };
        let error = store.create(&run).await.err();
        assert!(error.is_some_and(|error| error.is_refused()), "{:?}", run.visits);
        assert_eq!(store.load(&run.id).await?, None);
    }
    Ok(())
}
