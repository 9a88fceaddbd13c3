//! What is taken as an answer, and what becomes of it.

use serde_json::json;
use stepflow_wizard::{
    Accept, Blueprint, Command, Confirm, DiagnosticCode, Extracted, Flow, Incomplete, Input, Kind, Settings,
    Source, Stage, Text, UnknownFields,
};

use crate::kit::{Session, asks, at, map, stands, when};

fn account() -> Stage {
    Stage::new("account").schema(json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "minLength": 2 },
            "age": { "type": "integer", "minimum": 18 },
            "news": { "type": "boolean", "default": false },
            "pin": { "type": "string", "writeOnly": true },
        },
        "required": ["name", "age"],
    }))
}

fn wizard(settings: Settings) -> Session {
    let stages = vec![account().to("more"), asks("more", "city", "string").to("done"), Stage::end("done")];
    Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) })
}

fn extracted(values: serde_json::Value, confidence: f64) -> Command {
    Command::Submit(Input::Extracted(Box::new(Extracted::new(map(values), confidence))))
}

#[test]
fn every_mistake_is_told_in_words_at_its_field() {
    let mut session = wizard(Settings::default());
    let outcome = session.submit(json!({ "name": "A", "age": 7, "nmae": "x" }));
    assert_eq!(stands(&outcome), at("account", Kind::Invalid));
    let told: Vec<_> = outcome.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "nmae: Is not asked for here. Did you mean `name`?",
            "name: Must have 2 characters or more.",
            "age: Must be 18 or more.",
        ]
    );
}

#[test]
fn what_was_typed_is_shown_again_and_does_not_count() {
    let mut session = wizard(Settings::default());
    let outcome = session.submit(json!({ "name": "A", "age": "old", "pin": "1234" }));
    assert_eq!(outcome.kind, Kind::Invalid);
    // Secrets are not kept.
    assert_eq!(outcome.view.values, map(json!({ "name": "A", "age": "old", "news": false })));
    assert_eq!(session.data(), json!({}));
    assert!(!session.state.to_json().unwrap().contains("1234"));
}

#[test]
fn an_answer_may_be_given_bit_by_bit() {
    let mut session = wizard(Settings::default());
    let outcome = session.submit(json!({ "name": "Ada" }));
    assert_eq!(stands(&outcome), at("account", Kind::Incomplete));
    assert_eq!(outcome.missing.iter().map(|name| &**name).collect::<Vec<_>>(), ["age"]);
    let outcome = session.submit(json!({ "age": 36 }));
    assert_eq!(stands(&outcome), at("more", Kind::Moved));
    assert_eq!(session.data(), json!({ "name": "Ada", "age": 36, "news": false }));
    let page = session.state.page("account").unwrap();
    assert_eq!((page.source("name"), page.source("news")), (Some(Source::Given), Some(Source::Default)));
}

#[test]
fn space_is_no_answer_and_null_takes_one_back() {
    let mut session = wizard(Settings::default());
    assert_eq!(session.submit(json!({ "name": "   ", "age": 36 })).kind, Kind::Incomplete);
    session.submit(json!({ "name": "Ada" }));
    session.back();
    let outcome = session.submit(json!({ "name": null }));
    assert_eq!(outcome.kind, Kind::Incomplete);
    assert!(outcome.missing.contains("name"));
}

#[test]
fn unknown_fields_may_be_dropped_and_fields_of_later_stages_accepted() {
    let mut session = wizard(Settings { unknown_fields: UnknownFields::Drop, ..Settings::default() });
    let outcome = session.submit(json!({ "name": "Ada", "age": 36, "city": "Turin" }));
    assert_eq!(stands(&outcome), at("more", Kind::Moved));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::UnknownFields);
    assert_eq!(session.data().get("city"), None);

    let ahead = Settings { accept: Accept::Flow, auto_advance_filled: true, ..Settings::default() };
    let outcome = wizard(ahead).submit(json!({ "name": "Ada", "age": 36, "city": "Turin" }));
    assert_eq!(outcome.kind, Kind::Completed);
}

#[test]
fn answers_may_wait_to_be_confirmed() {
    let confirm = Some(Confirm { first: true, changed: true });
    let stages = vec![Stage { confirm, ..asks("sum", "sum", "number") }.to("done"), Stage::end("done")];
    let mut session = Session::of(stages);
    assert_eq!(stands(&session.submit(json!({ "sum": 5 }))), at("sum", Kind::Confirm));
    assert_eq!(stands(&session.submit(json!({ "sum": 6 }))), at("sum", Kind::Confirm));
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "sum": 6 }));
}

#[test]
fn what_was_found_in_a_text_is_taken_as_far_as_it_fits() {
    let mut session = wizard(Settings::default());
    let outcome = session.call(extracted(json!({ "name": "Ada", "age": 7, "cage": "red" }), 0.9));
    assert_eq!(stands(&outcome), at("account", Kind::Incomplete));
    assert_eq!(outcome.missing.iter().map(|name| &**name).collect::<Vec<_>>(), ["age"]);
    assert_eq!(session.current_data(), json!({}), "an answer that is not complete unlocks nothing");
    assert_eq!(outcome.view.values["name"], "Ada");
    let outcome = session.call(extracted(json!({ "age": 36 }), 0.9));
    assert_eq!(stands(&outcome), at("more", Kind::Moved));
    assert_eq!(session.state.page("account").unwrap().source("age"), Some(Source::Extracted));
}

#[test]
fn low_confidence_never_moves_on_its_own() {
    let mut session = wizard(Settings::default());
    let outcome = session.call(extracted(json!({ "name": "Ada", "age": 36 }), 0.2));
    assert_eq!(stands(&outcome), at("account", Kind::Confirm));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::LowConfidence);
    assert_eq!(session.submit(json!({})).view.stage.as_ref(), "more");
}

#[test]
fn a_condition_decides_where_incomplete_answers_may_proceed() {
    let settings = Settings { incomplete: Incomplete::Proceed, ..Settings::default() };
    assert_eq!(wizard(settings).submit(json!({ "name": "Ada" })).view.stage.as_ref(), "more");
}

#[test]
fn an_edited_answer_counts_wherever_the_field_is_shared() {
    let stages = vec![
        asks("first", "city", "string").to("second"),
        asks("second", "city", "string").to("third"),
        Stage::new("third").prompt(Text::parse("{{ city }}?").unwrap()).to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    session.submit(json!({ "city": "Rome" }));
    session.submit(json!({ "city": "Oslo" }));
    session.back();
    session.back();
    session.submit(json!({ "city": "Bern" }));
    let outcome = session.submit(json!({}));
    assert_eq!(outcome.view.prompt.as_ref(), "Bern?");
}

#[test]
fn a_taken_branch_that_was_left_does_not_count() {
    let stages = vec![
        Stage::new("kind").transition(when("company", "data.get('kind') == 'company'")).to("done"),
        asks("company", "vat", "string").to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    session.submit(json!({ "kind": "company" }));
    session.submit(json!({ "vat": "X1" }));
    assert_eq!(session.data(), json!({ "kind": "company", "vat": "X1" }));
    session.back();
    session.back();
    session.submit(json!({ "kind": "person" }));
    assert_eq!(session.data(), json!({ "kind": "person" }));
    // The answers of the other branch are there when it is taken again.
    session.back();
    let outcome = session.submit(json!({ "kind": "company" }));
    assert_eq!(outcome.view.values, map(json!({ "vat": "X1" })));
}
