//! A wizard is submitted once.

use futures_util::FutureExt as _;
use serde_json::json;
use stepflow_wizard::store::{Phase, WizardStore};
use stepflow_wizard::{Command, Keeping, Map, Receipt, Retention, Wizards, WizardsError};

use super::kit::{Desk, HOUR, ada, answer, answered, begin, builder, definition, memory, submit};

#[tokio::test]
async fn a_submission_is_taken_once() {
    let desk = Desk::default();
    let wizards = desk.wizards(builder());
    let end = answered(&wizards).await;
    let name = end.submission().unwrap();
    let first = wizards.complete(end.key(), name).await.unwrap();
    assert!(first.now);
    assert_eq!(first.receipt, Receipt::new(format!("ORDER-{name}")));

    // A second click, a reload, a bookmark.
    for _ in 0..3 {
        let again = wizards.complete(end.key(), name).await.unwrap();
        assert!(!again.now);
        assert_eq!((again.receipt, again.submission), (first.receipt.clone(), name));
        assert_eq!(wizards.receipt(end.key()).await.unwrap().receipt, first.receipt);
    }
    let late = [
        wizards.load(end.key()).await.unwrap_err(),
        wizards.advance(end.key(), end.revision(), Command::Restart).await.unwrap_err(),
    ];
    for error in late {
        let WizardsError::Done(submitted) = error else { panic!("{error:?}") };
        assert_eq!(submitted.receipt, first.receipt);
    }
    assert_eq!(desk.count(), 1);
    assert_eq!(
        desk.taken.lock().unwrap()[0].data,
        *json!({ "name": "Ada", "number": "4111-1111" }).as_object().unwrap()
    );
}

/// Of many who submit at the same moment one has it taken; the others are told to wait, or the receipt.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_who_submit_at_once_has_it_taken() {
    let desk = Desk::default();
    let wizards = desk.wizards(builder());
    let end = answered(&wizards).await;
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let (wizards, end) = (wizards.clone(), end.clone());
            tokio::spawn(async move { wizards.complete(end.key(), end.submission().unwrap()).await })
        })
        .collect();
    let mut winners = 0;
    for tried in tries {
        match tried.await.unwrap() {
            Ok(submitted) => winners += usize::from(submitted.now),
            Err(WizardsError::Completing) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((winners, desk.count()), (1, 1));
    assert!(wizards.receipt(end.key()).await.is_ok());
}

/// Of an answer and a submission that race, one is refused and told so; what is submitted is what was answered.
#[tokio::test]
async fn answers_stay_as_they_are_while_it_is_taken() {
    let (store, _) = memory();
    let other = Wizards::new(definition(), store.clone());
    let wizards = Wizards::builder(definition(), store)
        .on_submit(move |submission| {
            let other = other.clone();
            async move {
                let change = other.advance(&submission.key, 4, Command::GoTo("name".into())).await;
                assert!(matches!(change, Err(WizardsError::Completing)), "{change:?}");
                let again = other.complete(&submission.key, submission.id).await;
                assert!(matches!(again, Err(WizardsError::Completing)), "{again:?}");
                let gone = other.delete(&submission.key).await;
                assert!(matches!(gone, Err(WizardsError::Completing)), "{gone:?}");
                Ok(Receipt::new("taken"))
            }
        })
        .build();
    let end = answered(&wizards).await;
    let submitted = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap();
    assert_eq!(submitted.receipt.reference, "taken");
}

/// U-25: the person sees the check page again, and may try again under the same name.
#[tokio::test]
async fn a_failing_desk_leaves_the_wizard_open_under_the_same_name() {
    let desk = Desk::failing(2);
    let wizards = desk.wizards(builder());
    let end = answered(&wizards).await;
    let name = end.submission().unwrap();
    for _ in 0..2 {
        let failed = wizards.complete(end.key(), name).await.unwrap_err();
        let WizardsError::Failed { session, source } = failed else { panic!("{failed:?}") };
        assert_eq!(source.to_string(), "the desk is closed");
        assert_eq!((session.phase(), session.submission()), (Phase::Open, Some(name)));
        assert_eq!(wizards.load(end.key()).await.unwrap(), *session);
    }
    let done = wizards.complete(end.key(), name).await.unwrap();
    assert!(done.now);
    let names: Vec<_> = desk.taken.lock().unwrap().iter().map(|submission| submission.id).collect();
    assert_eq!(names, [name; 3]);
}

#[tokio::test]
async fn a_panicking_desk_is_a_failing_one() {
    let wizards = builder().on_submit(|_| async { panic!("out of paper") }).build();
    let end = answered(&wizards).await;
    let failed = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap_err();
    let WizardsError::Failed { session, source } = failed else { panic!("{failed:?}") };
    assert!(source.to_string().contains("out of paper"), "{source}");
    assert_eq!(session.phase(), Phase::Open);
}

/// S-07: who died while it was being taken has it taken again, under the same name.
#[tokio::test]
async fn a_broken_off_submission_is_taken_again_under_the_same_name() {
    let (store, clock) = memory();
    let desk = Desk::default();
    let keeping = Keeping { lease: HOUR, ..Keeping::default() };
    let never = Wizards::builder(definition(), store.clone())
        .keeping(keeping)
        .on_submit(|_| std::future::pending())
        .build();
    let end = answered(&never).await;
    let name = end.submission().unwrap();
    {
        // The process goes away in the middle: nobody looks at the future any more.
        let taking = never.complete(end.key(), name);
        assert!(taking.now_or_never().is_none());
    }
    let wizards = desk.wizards(Wizards::builder(definition(), store).keeping(keeping));
    let early = wizards.complete(end.key(), name).await;
    assert!(matches!(early, Err(WizardsError::Completing)), "{early:?}");
    assert!(wizards.complete_interrupted().await.unwrap().is_empty());

    // However long it takes until somebody looks.
    clock.advance(1_000 * HOUR);
    let taken = wizards.complete_interrupted().await.unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(&taken[0].0, end.key());
    assert_eq!(taken[0].1.as_ref().unwrap().submission, name);
    assert_eq!(desk.taken.lock().unwrap()[0].id, name);
    assert!(wizards.complete_interrupted().await.unwrap().is_empty());
    assert_eq!(desk.count(), 1);
}

/// What was broken off, and is not complete by the rules of a new release, is open again under the same name.
#[tokio::test]
async fn a_broken_off_submission_that_is_not_complete_any_more_is_open_again() {
    let (store, _) = memory();
    let desk = Desk::default();
    let wizards = desk.wizards(Wizards::builder(definition(), store.clone()));
    let end = answered(&wizards).await;
    let edited = end.state().to_json().unwrap().replace(r#""Ada""#, "7");
    let broken_off = stepflow_wizard::store::Change {
        state: Some(Some(edited)),
        phase: Some(Phase::Completing),
        ..Default::default()
    };
    store.save(end.key(), end.revision(), &broken_off).await.unwrap().unwrap();
    let taken = wizards.complete_interrupted().await.unwrap();
    let Err(WizardsError::Unfinished { session, .. }) = &taken[0].1 else { panic!("{taken:?}") };
    assert_eq!((session.phase(), session.submission()), (Phase::Open, end.submission()));
    assert_eq!(wizards.load(end.key()).await.unwrap(), **session);
    assert_eq!(desk.count(), 0);
}

/// Two take it under the same name, because the lease of the first was too short: it is done once, with one receipt.
#[tokio::test]
async fn whoever_took_over_gives_the_receipt_that_stands() {
    let (store, clock) = memory();
    let keeping = Keeping { lease: HOUR, ..Keeping::default() };
    let second = Wizards::builder(definition(), store.clone())
        .keeping(keeping)
        .on_submit(|_| async { Ok(Receipt::new("second")) })
        .build();
    let slow = Wizards::builder(definition(), store)
        .keeping(keeping)
        .on_submit(move |submission| {
            let (second, clock) = (second.clone(), clock.clone());
            async move {
                clock.advance(2 * HOUR);
                second.complete(&submission.key, submission.id).await?;
                Ok(Receipt::new("first"))
            }
        })
        .build();
    let end = answered(&slow).await;
    let submitted = slow.complete(end.key(), end.submission().unwrap()).await.unwrap();
    assert_eq!((submitted.receipt.reference.as_str(), submitted.now), ("second", false));
    assert_eq!(slow.receipt(end.key()).await.unwrap().receipt.reference, "second");
}

#[tokio::test]
async fn what_is_not_answered_cannot_be_submitted() {
    let desk = Desk::default();
    let wizards = desk.wizards(builder());
    let end = answered(&wizards).await;
    let name = end.submission().unwrap();
    let back = wizards.advance(end.key(), end.revision(), Command::back()).await.unwrap().session;
    let tried = wizards.complete(end.key(), name).await.unwrap_err();
    let WizardsError::Unfinished { session, .. } = tried else { panic!("{tried:?}") };
    assert_eq!(*session, back);
    assert_eq!(desk.count(), 0);
}

/// A check page that was opened before a restart submits nothing.
#[tokio::test]
async fn a_submission_of_before_a_restart_is_stale() {
    let desk = Desk::default();
    let wizards = desk.wizards(builder());
    let end = answered(&wizards).await;
    let anew = wizards.advance(end.key(), end.revision(), Command::Restart).await.unwrap().session;
    let session = answer(&wizards, &anew, json!({ "name": "Ada" })).await.session;
    let session = answer(&wizards, &session, json!({ "number": "1" })).await.session;
    let tried = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap_err();
    let WizardsError::Stale { saved, .. } = tried else { panic!("{tried:?}") };
    assert_eq!((*saved, desk.count()), (session, 0));
}

/// An answer that today's rules do not take is caught before anybody takes the submission.
#[tokio::test]
async fn answers_are_checked_again_when_they_are_submitted() {
    let (store, _) = memory();
    let desk = Desk::default();
    let wizards = desk.wizards(Wizards::builder(definition(), store.clone()));
    let end = answered(&wizards).await;
    // Somebody with access to the database was here.
    let edited = end.state().to_json().unwrap().replace(r#""Ada""#, "7");
    let change = stepflow_wizard::store::Change { state: Some(Some(edited)), ..Default::default() };
    store.save(end.key(), end.revision(), &change).await.unwrap().unwrap();
    let tried = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap_err();
    let WizardsError::Unfinished { open, .. } = tried else { panic!("{tried:?}") };
    assert_eq!((&*open, desk.count()), ("name", 0));
}

#[tokio::test]
async fn a_receipt_is_kept_for_its_time() {
    let (store, clock) = memory();
    let keeping = Keeping { receipts: 5 * HOUR, ..Keeping::default() };
    let wizards = Wizards::builder(definition(), store).keeping(keeping).build();
    let end = answered(&wizards).await;
    wizards.complete(end.key(), end.submission().unwrap()).await.unwrap();
    clock.advance(4 * HOUR);
    assert!(wizards.receipt(end.key()).await.is_ok());
    clock.advance(HOUR);
    assert!(matches!(wizards.receipt(end.key()).await, Err(WizardsError::Expired)));
    clock.advance(HOUR);
    assert_eq!(wizards.sweep().await.unwrap(), 1);
}

/// Nobody has to take submissions: the name is the receipt then. Another wizard may begin at once.
#[tokio::test]
async fn without_a_desk_the_name_is_the_receipt() {
    let wizards =
        builder().keeping(Keeping { retention: Retention::Everything, ..Keeping::default() }).build();
    let end = answered(&wizards).await;
    let done = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap();
    assert_eq!(done.receipt.reference, end.submission().unwrap().to_string());
    assert_eq!(done.state.as_ref(), Some(end.state()));
    assert_eq!(wizards.current(&ada()).await.unwrap(), None);
    let next = wizards.begin(&ada(), Map::new()).await.unwrap().session;
    assert_eq!(wizards.current(&ada()).await.unwrap().as_ref(), Some(next.key()));
    let refused = wizards.receipt(begin(&wizards).await.key()).await;
    assert!(matches!(refused, Err(WizardsError::NotFound)), "{refused:?}");
    let after = wizards.advance(end.key(), end.revision() + 2, submit(json!({ "name": "Eve" }))).await;
    assert!(matches!(after, Err(WizardsError::Done(_))), "{after:?}");
}
