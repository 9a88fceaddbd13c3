//! Stages that collect items.

use serde_json::json;
use stepflow_wizard::{Collect, Command, Kind, Stage, StageKind, Unique, WizardError};

use crate::kit::{Session, asks, map, when};

fn guests(collect: Collect) -> Session {
    let stages = vec![
        Stage { kind: StageKind::Collect(collect), ..asks("guests", "name", "string") }
            .transition(when("large", "bank('guests').count() >= 3"))
            .to("small"),
        Stage::new("large").to("done"),
        Stage::new("small").to("done"),
        Stage::end("done"),
    ];
    Session::of(stages)
}

fn add(session: &mut Session, name: &str) -> stepflow_wizard::Outcome {
    session.call(Command::AddItem(map(json!({ "name": name }))))
}

#[test]
fn items_are_added_changed_removed_and_become_a_list() {
    let mut session = guests(Collect::new("guests"));
    for name in ["Ada", "Bo", "Cy", "Di"] {
        assert_eq!(add(&mut session, name).kind, Kind::Saved);
    }
    let ids: Vec<_> =
        session.state.page("guests").unwrap().items().iter().map(|item| item.id.clone()).collect();
    assert!(ids.iter().all(|id| id.len() == 12));
    session.call(Command::EditItem { id: ids[1].clone(), values: map(json!({ "name": "Bob" })) });
    session.call(Command::RemoveItem(ids[3].clone()));
    assert!(matches!(session.refused(Command::RemoveItem(ids[3].clone())), WizardError::NoSuchItem { .. }));
    let outcome = session.call(Command::Done);
    assert_eq!(outcome.view.stage.as_ref(), "large");
    assert_eq!(session.data(), json!({ "guests": [{ "name": "Ada" }, { "name": "Bob" }, { "name": "Cy" }] }));
}

#[test]
fn items_are_judged_and_counted() {
    let mut session = guests(Collect { min: 1, max: Some(2), ..Collect::new("guests") });
    assert_eq!(session.call(Command::Done).kind, Kind::Incomplete);
    let outcome = session.call(Command::AddItem(map(json!({ "nmae": "x" }))));
    assert_eq!(outcome.kind, Kind::Invalid);
    add(&mut session, "Ada");
    add(&mut session, "Bo");
    let outcome = add(&mut session, "Cy");
    assert_eq!((outcome.kind, outcome.errors[0].code.as_ref()), (Kind::Invalid, "maxItems"));
    assert_eq!(session.submit(json!({})).view.stage.as_ref(), "small");
}

#[test]
fn the_same_item_twice_is_kept_refused_or_merged() {
    for (unique, count) in
        [(Unique::Allow, 2), (Unique::Reject(Vec::new()), 1), (Unique::Merge(vec!["name".into()]), 1)]
    {
        let mut session = guests(Collect { unique, ..Collect::new("guests") });
        add(&mut session, "Ada");
        add(&mut session, "Ada");
        assert_eq!(session.state.page("guests").unwrap().items().len(), count);
    }
}

#[test]
fn a_changed_collection_is_open_again() {
    let mut session = guests(Collect { min: 1, ..Collect::new("guests") });
    add(&mut session, "Ada");
    session.call(Command::Done);
    session.back();
    add(&mut session, "Bo");
    assert!(!session.definition.journey(&session.state, &session.env()).unwrap().reaches("small"));
    session.call(Command::Done);
    assert_eq!(session.data()["guests"].as_array().unwrap().len(), 2);
}

#[test]
fn only_collections_collect() {
    let mut session = Session::of(vec![Stage::new("a").to("done"), Stage::end("done")]);
    assert!(matches!(session.refused(Command::Done), WizardError::NotACollection(_)));
}
