//! What is private stays so, and goes when it is not needed any more (S-12).

use serde_json::json;
use stepflow_wizard::store::WizardStore;
use stepflow_wizard::{Keeping, Retention, Wizards, WizardsError};

use super::kit::{Desk, answer, answered, begin, builder, definition, memory};

const CARD: &str = "4111-1111";

#[tokio::test]
async fn answers_go_when_they_were_submitted() {
    for (retention, name, card) in [
        (Retention::Nothing, false, false),
        (Retention::Plain, true, false),
        (Retention::Everything, true, true),
    ] {
        let (store, _) = memory();
        let desk = Desk::default();
        let keeping = Keeping { retention, ..Keeping::default() };
        let wizards = desk.wizards(Wizards::builder(definition(), store.clone()).keeping(keeping));
        let end = answered(&wizards).await;
        let submitted = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap();

        // Whoever took it has all of it.
        assert_eq!(desk.taken.lock().unwrap()[0].data["number"], CARD);
        let kept = store.load(end.key()).await.unwrap().unwrap();
        let state = kept.state.clone().unwrap_or_default();
        assert_eq!((state.contains("Ada"), state.contains(CARD)), (name, card), "{retention:?}: {state}");
        assert_eq!(submitted.state, wizards.receipt(end.key()).await.unwrap().state, "{retention:?}");
        assert_eq!(submitted.state.is_some(), name, "{retention:?}");
        assert!(!kept.receipt.unwrap().contains(CARD));
    }
}

/// Nothing that may come into a log shows what was answered.
#[tokio::test]
async fn answers_are_not_shown_by_debug() {
    let (store, _) = memory();
    let desk = Desk::failing(1);
    let keeping = Keeping { retention: Retention::Everything, ..Keeping::default() };
    let wizards = desk.wizards(Wizards::builder(definition(), store.clone()).keeping(keeping));
    let end = answered(&wizards).await;
    let stale = wizards.advance(end.key(), 1, stepflow_wizard::Command::Restart).await.unwrap_err();
    let failed = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap_err();
    let submitted = wizards.complete(end.key(), end.submission().unwrap()).await.unwrap();
    let done = wizards.load(end.key()).await.unwrap_err();
    assert!(matches!(done, WizardsError::Done(_)));
    let stored = store.load(end.key()).await.unwrap();
    let change = stepflow_wizard::store::Change { state: Some(Some(CARD.into())), ..Default::default() };
    let shown = [
        format!("{end:?} {stale:?} {stale} {failed:?} {failed} {done:?} {done}"),
        format!("{submitted:?} {stored:?} {change:?} {wizards:?} {store:?}"),
        format!("{:?}", desk.taken.lock().unwrap()),
    ];
    for shown in shown {
        assert!(!shown.contains(CARD) && !shown.contains("Ada"), "{shown}");
    }
}

/// A draft of a private field is not kept.
#[tokio::test]
async fn a_private_draft_is_not_saved() {
    let (store, _) = memory();
    let wizards = Wizards::new(definition(), store.clone());
    let session = answer(&wizards, &begin(&wizards).await, json!({ "name": "Ada" })).await.session;
    let back = stepflow_wizard::Command::Back { draft: Some(crate::kit::map(json!({ "number": CARD }))) };
    let session = wizards.advance(session.key(), session.revision(), back).await.unwrap().session;
    let kept = store.load(session.key()).await.unwrap().unwrap().state.unwrap();
    assert!(!kept.contains(CARD), "{kept}");
}

/// Ids are not made from anything that somebody could foresee or repeat.
#[tokio::test]
async fn ids_are_all_different() {
    let keeping = Keeping {
        caps: stepflow_wizard::store::Caps { per_owner: 1_000, in_total: 1_000 },
        ..Keeping::default()
    };
    let wizards = builder().keeping(keeping).build();
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..200 {
        ids.insert(begin(&wizards).await.key().id.to_string());
    }
    assert_eq!(ids.len(), 200);
    // No digit stands at the same place in all of them, as it would in a counter or a time.
    for place in 0..32 {
        let digits: std::collections::BTreeSet<_> = ids.iter().map(|id| id.as_bytes()[place]).collect();
        assert!(digits.len() > 4, "place {place}: {digits:?}");
    }
}
