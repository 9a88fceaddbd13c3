//! What a run has behind it.

use std::sync::Arc;

use stepflow::BoxError;

use crate::testing::sample::{boundary, hold, id, load, visit, worker};
use crate::{Advance, NewVisit, Store};

/// A visit of the newest sequence takes the place of the one that is kept: so a failed attempt becomes the
/// next one.
pub async fn a_visit_is_replaced_by_its_sequence(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    store.advance(&claim, &boundary(1)).await?;
    for attempt in 1..=3 {
        let failed = NewVisit { result: format!(r#"{{"attempts":{attempt}}}"#), ..visit(2, None) };
        store.advance(&claim, &Advance { visit: Some(failed), ..boundary(2) }).await?;
    }
    let last = NewVisit { step: "again".into(), ..visit(2, Some(r#"{"n":2}"#)) };
    store.advance(&claim, &Advance { visit: Some(last), ..boundary(2) }).await?;

    let visits = store.visits(&claim.run).await?;
    assert_eq!(visits.len(), 3);
    assert_eq!((visits[2].step.as_str(), visits[2].result.as_str()), ("again", r#"{"sequence":2}"#));
    assert_eq!(visits[2].state, r#"{"n":2}"#);
    assert_eq!(visits[1].state, r#"{"n":1}"#, "the one before is left alone");

    let bare = NewVisit { result: "{}".into(), ..visit(2, None) };
    store.advance(&claim, &Advance { visit: Some(bare), ..boundary(2) }).await?;
    assert_eq!(load(&store, &claim.run).await?.state, r#"{"n":2}"#, "its state stays without a new one");
    Ok(())
}

/// A visit without a state has the state of the one before.
pub async fn a_state_is_inherited(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    let mut expected = vec![r#"{"n":0}"#.to_owned()];
    for (sequence, state) in [(1, None), (2, None), (3, Some("[3]")), (4, None), (5, None), (6, Some("[6]"))]
    {
        store.advance(&claim, &Advance { visit: Some(visit(sequence, state)), ..boundary(1) }).await?;
        expected.push(state.map_or_else(|| expected[sequence as usize - 1].clone(), Into::into));
        assert_eq!(load(&store, &claim.run).await?.state, expected[sequence as usize]);
    }
    let states: Vec<_> = store.visits(&claim.run).await?.into_iter().map(|visit| visit.state).collect();
    assert_eq!(states, expected);
    Ok(())
}

/// Visits come in the order of their sequence, with the time they were written.
pub async fn visits_stand_in_order(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let (one, other) = (hold(&store, "one", &worker).await?, hold(&store, "other", &worker).await?);
    for sequence in [1, 2, 3, 5, 9, 10, 11] {
        store.advance(&one, &boundary(sequence)).await?;
        store.advance(&other, &boundary(sequence * 2)).await?;
    }
    let visits = store.visits(&one.run).await?;
    let sequences: Vec<_> = visits.iter().map(|visit| visit.sequence).collect();
    assert_eq!(sequences, [0, 1, 2, 3, 5, 9, 10, 11]);
    assert!(visits.is_sorted_by_key(|visit| visit.at));
    assert!(
        visits.iter().all(|visit| visit.sequence == 0 || visit.step == format!("step {}", visit.sequence))
    );
    let sequences: Vec<_> = store.visits(&other.run).await?.iter().map(|visit| visit.sequence).collect();
    assert_eq!(sequences, [0, 2, 4, 6, 10, 18, 20, 22]);
    Ok(())
}

/// What lies behind the newest visit is history.
pub async fn an_earlier_visit_is_never_written_again(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    store.advance(&claim, &boundary(1)).await?;
    store.advance(&claim, &boundary(3)).await?;
    let before = (load(&store, &claim.run).await?, store.visits(&claim.run).await?);
    for sequence in [0, 1, 2] {
        let error = store.advance(&claim, &boundary(sequence)).await.err();
        assert!(error.is_some_and(|error| error.is_refused()), "{sequence}");
    }
    assert_eq!((load(&store, &claim.run).await?, store.visits(&claim.run).await?), before);
    store.advance(&claim, &boundary(4)).await?;
    Ok(())
}

/// A run that is not there has no visits.
pub async fn an_unknown_run_has_no_visits(store: Arc<dyn Store>) -> Result<(), BoxError> {
    assert_eq!(store.visits(&id("no such run")?).await?, []);
    Ok(())
}
