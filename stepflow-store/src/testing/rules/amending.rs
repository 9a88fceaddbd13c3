//! Changes that a person had a hand in.

use std::sync::Arc;

use stepflow::BoxError;
use tokio::task::JoinSet;

use crate::testing::sample::{
    add, ago, boundary, cancellation, claim, decision, definition, end_lease, event, held, hold, id, load,
    settled, visit, worker,
};
use crate::{Change, NewEvent, RunStatus, Store, StoredRun};

/// A change changes what it names and nothing else.
pub async fn a_change_changes_what_it_names(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let mut expected = add(&store, "order-1").await?;
    let due = ago(&store, 60).await?;
    let due = stepflow::Timestamp::from_microsecond(due.as_microsecond())?;
    let nothing = Change::default;
    type Apply = fn(&mut StoredRun, stepflow::Timestamp);
    let changes: [(Change, Apply); 9] = [
        (nothing(), |_, _| {}),
        (Change { status: Some(RunStatus::Paused), ..nothing() }, |run, _| run.status = RunStatus::Paused),
        (Change { due: Some(Some(due)), ..nothing() }, |run, due| run.due = Some(due)),
        (Change { step: Some(Some("pay".into())), ..nothing() }, |run, _| run.step = Some("pay".into())),
        (Change { head: Some("[1]".into()), ..nothing() }, |run, _| run.head = "[1]".into()),
        (Change { definition: Some(definition("Newer")), ..nothing() }, |run, _| {
            run.definition = definition("Newer");
        }),
        (Change { answer: Some(Some("[2]".into())), ..nothing() }, |run, _| run.answer = Some("[2]".into())),
        (Change { hold: Some(Some("changed".into())), ..nothing() }, |run, _| {
            run.hold = Some("changed".into());
        }),
        (cancellation(), |run, _| run.cancel = Some("Kim".into())),
    ];
    for (change, apply) in changes {
        assert!(store.amend(&expected.id, expected.version, &change).await?, "{change:?}");
        let run = load(&store, &expected.id).await?;
        assert!(run.version > expected.version, "{change:?}");
        assert!(run.updated_at >= expected.updated_at, "{change:?}");
        apply(&mut expected, due);
        (expected.version, expected.updated_at) = (run.version, run.updated_at);
        assert_eq!(run, expected, "{change:?}");
    }
    assert_eq!(store.events(&expected.id).await?.len(), 1);
    Ok(())
}

/// What can be nothing can be made nothing.
pub async fn a_change_clears_what_it_is_told_to(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = add(&store, "order-1").await?;
    let full = Change {
        due: Some(Some(ago(&store, 60).await?)),
        answer: Some(Some("1".into())),
        hold: Some(Some("1".into())),
        ..cancellation()
    };
    assert!(store.amend(&run.id, run.version, &full).await?);
    let bare = Change {
        due: Some(None),
        step: Some(None),
        answer: Some(None),
        hold: Some(None),
        cancel: Some(None),
        ..Change::default()
    };
    let version = load(&store, &run.id).await?.version;
    assert!(store.amend(&run.id, version, &bare).await?);
    let run = load(&store, &run.id).await?;
    assert_eq!((run.due, run.step, run.answer, run.hold, run.cancel), (None, None, None, None, None));
    Ok(())
}

/// A change that was made for another version, or for a run that is not there, is none.
pub async fn another_version_changes_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = add(&store, "order-1").await?;
    let change = Change { event: Some(event("wrong")), visit: Some(visit(1, None)), ..cancellation() };
    for version in [0, run.version - 1, run.version + 1, u64::MAX] {
        assert!(!store.amend(&run.id, version, &change).await?, "{version}");
    }
    assert!(!store.amend(&id("no such run")?, run.version, &change).await?);
    assert_eq!(load(&store, &run.id).await?, run);
    assert_eq!((store.visits(&run.id).await?.len(), store.events(&run.id).await?.len()), (1, 1));
    Ok(())
}

/// Of many changes to one version, one is made.
pub async fn one_of_many_changes_the_run(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = add(&store, "order-1").await?;
    let mut tasks = JoinSet::new();
    for number in 0..24 {
        let (store, run) = (Arc::clone(&store), run.clone());
        tasks.spawn(async move {
            let answer = Some(Some(number.to_string()));
            let change = Change { answer, event: Some(event("answered")), ..Change::default() };
            store.amend(&run.id, run.version, &change).await.map(|made| made.then(|| number.to_string()))
        });
    }
    let mut made = Vec::new();
    while let Some(number) = tasks.join_next().await {
        made.extend(number??);
    }
    assert_eq!(made.len(), 1);
    assert_eq!(load(&store, &run.id).await?.answer.as_ref(), made.first());
    assert_eq!(store.events(&run.id).await?.len(), 2);
    Ok(())
}

/// A gate has one decision, whatever the version; other gates, runs and notes have nothing to do with it.
pub async fn a_gate_is_decided_once(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let (one, other) = (id("one")?, id("other")?);
    add(&store, "one").await?;
    add(&store, "other").await?;
    let seen = |by: &str| NewEvent { kind: "seen".into(), ..decision("gate 1", by) };
    for (run, event, expected) in [
        (&one, seen("Kim"), true),
        (&one, decision("gate 1", "Kim"), true),
        (&one, decision("gate 1", "Lee"), false),
        (&one, decision("gate 1", "Kim"), false),
        (&one, seen("Lee"), true),
        (&one, decision("gate 2", "Lee"), true),
        (&other, decision("gate 1", "Lee"), true),
        (&one, NewEvent { gate: None, ..decision("", "Kim") }, true),
        (&one, NewEvent { gate: None, ..decision("", "Kim") }, true),
    ] {
        let version = load(&store, run).await?.version;
        let change = Change { event: Some(event.clone()), ..Change::default() };
        assert_eq!(store.amend(run, version, &change).await?, expected, "{event:?}");
    }
    let events = store.events(&one).await?;
    let decided: Vec<_> = events.iter().filter(|event| event.gate.as_deref() == Some("gate 1")).collect();
    assert_eq!(decided.len(), 3, "seen, decided, seen");
    assert_eq!(decided[1].by.as_deref(), Some("Kim"));
    Ok(())
}

/// Of many who decide one gate, each reading the run first and trying again, one does.
pub async fn one_of_many_decides(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = add(&store, "order-1").await?.id;
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let (store, run) = (Arc::clone(&store), run.clone());
        tasks.spawn(async move {
            let by = format!("person {number}");
            let mut decided = 0;
            for _ in 0..8 {
                let version = load(&store, &run).await?.version;
                let event = Some(decision("gate", &by));
                let change = Change { answer: Some(Some(by.clone())), event, ..Change::default() };
                decided += usize::from(store.amend(&run, version, &change).await?);
            }
            Ok::<_, BoxError>((decided, by))
        });
    }
    let mut winners = Vec::new();
    while let Some(task) = tasks.join_next().await {
        let (decided, by) = task??;
        winners.extend(std::iter::repeat_n(by, decided));
    }
    assert_eq!(winners.len(), 1);
    let events = store.events(&run).await?;
    assert_eq!((events.len(), events[1].by.as_ref()), (2, winners.first()));
    assert_eq!(load(&store, &run).await?.answer.as_ref(), winners.first());
    Ok(())
}

/// What came with a second decision is not kept either.
pub async fn a_second_decision_changes_nothing(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = settled(&store, "order-1", RunStatus::Paused).await?;
    let first = Change { event: Some(decision("gate", "Kim")), ..Change::default() };
    assert!(store.amend(&run.id, run.version, &first).await?);
    let before = (load(&store, &run.id).await?, store.visits(&run.id).await?, store.events(&run.id).await?);

    let second = Change {
        status: Some(RunStatus::Ready),
        head: Some("wrong".into()),
        definition: Some(definition("wrong")),
        forget_from: Some(1),
        visit: Some(visit(1, Some("wrong"))),
        release: true,
        event: Some(decision("gate", "Lee")),
        ..cancellation()
    };
    assert!(!store.amend(&run.id, before.0.version, &second).await?);
    let after = (load(&store, &run.id).await?, store.visits(&run.id).await?, store.events(&run.id).await?);
    assert_eq!(after, before);
    Ok(())
}

/// A change to a run that somebody carries out leaves it theirs.
pub async fn the_holder_goes_on_after_a_change(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    let run = load(&store, &claim.run).await?;
    assert!(store.amend(&run.id, run.version, &cancellation()).await?);
    let run = load(&store, &claim.run).await?;
    assert!(run.held);
    assert_eq!(run.fence, claim.fence);
    store.advance(&claim, &boundary(1)).await?;
    Ok(())
}

/// A change may take the run from its holder, who commits nothing from then on.
pub async fn a_change_takes_the_run_away(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let (one, other) = (worker(&store, "one").await?, worker(&store, "other").await?);
    let first = hold(&store, "order-1", &one).await?;
    end_lease(&store, &one).await?;
    let claimed = claim(&store, &other, 1).await?.remove(0);
    let change = Change { release: true, status: Some(RunStatus::Held), ..Change::default() };
    assert!(store.amend(&claimed.id, claimed.version, &change).await?);

    let run = load(&store, &claimed.id).await?;
    assert_eq!((run.held, run.worker.as_ref(), run.status), (false, Some(&other), RunStatus::Held));
    for claim in [held(&claimed, &other), first] {
        assert!(store.advance(&claim, &boundary(1)).await.is_err_and(|error| error.is_lease_lost()));
    }
    Ok(())
}

/// Visits are forgotten from a sequence on, and what is written comes after that.
pub async fn visits_are_forgotten(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let claim = hold(&store, "order-1", &worker(&store, "w").await?).await?;
    for sequence in 1..=5 {
        store.advance(&claim, &boundary(sequence)).await?;
    }
    let state = |n: u32| format!(r#"{{"n":{n}}}"#);
    let again = Some("[\"again\"]".to_owned());
    for (forget_from, visit, sequences, newest) in [
        (Some(9), None, vec![0, 1, 2, 3, 4, 5], state(5)),
        (Some(5), None, vec![0, 1, 2, 3, 4], state(4)),
        (Some(3), Some(visit(3, again.as_deref())), vec![0, 1, 2, 3], "[\"again\"]".into()),
        (Some(3), Some(visit(3, None)), vec![0, 1, 2, 3], state(2)),
        (None, Some(visit(7, None)), vec![0, 1, 2, 3, 7], state(2)),
        (Some(1), None, vec![0], state(0)),
        (Some(0), Some(visit(0, again.as_deref())), vec![0], "[\"again\"]".into()),
    ] {
        let version = load(&store, &claim.run).await?.version;
        let change = Change { forget_from, visit, ..Change::default() };
        assert!(store.amend(&claim.run, version, &change).await?);
        let kept: Vec<_> = store.visits(&claim.run).await?.iter().map(|visit| visit.sequence).collect();
        assert_eq!(kept, sequences, "{change:?}");
        assert_eq!(load(&store, &claim.run).await?.state, newest, "{change:?}");
    }
    store.advance(&claim, &boundary(1)).await?;
    assert_eq!(load(&store, &claim.run).await?.state, state(1));
    Ok(())
}

/// A run without any state would be no run.
pub async fn a_run_keeps_a_state(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = add(&store, "order-1").await?;
    for visit in [None, Some(visit(0, None)), Some(visit(1, Some("{}")))] {
        let change = Change { forget_from: Some(0), visit, ..Change::default() };
        let error = store.amend(&run.id, run.version, &change).await.err();
        assert!(error.is_some_and(|error| error.is_refused()), "{change:?}");
    }
    assert_eq!(load(&store, &run.id).await?, run);
    Ok(())
}

/// A finished run that is taken up again has not finished.
pub async fn a_finished_run_is_taken_up_again(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let run = settled(&store, "order-1", RunStatus::Failed).await?;
    assert_eq!(run.finished_at, Some(run.updated_at));
    let note = Change { event: Some(event("noted")), ..Change::default() };
    assert!(store.amend(&run.id, run.version, &note).await?);
    let noted = load(&store, &run.id).await?;
    assert_eq!(noted.finished_at, run.finished_at, "a note on it does not end it again");

    let retry = Change { status: Some(RunStatus::Ready), ..Change::default() };
    assert!(store.amend(&run.id, noted.version, &retry).await?);
    assert_eq!(load(&store, &run.id).await?.finished_at, None);
    let worker = worker(&store, "w").await?;
    assert_eq!(claim(&store, &worker, 1).await?.len(), 1);
    Ok(())
}
