//! The golden scenarios that need a text, with our results; where the original's differs, with that too.

use serde_json::{Value, json};
use stepflow_wizard::extract::{Reading, ScriptedExtractor};
use stepflow_wizard::values::ExtractionHints;
use stepflow_wizard::{
    Blueprint, DiagnosticCode, ExtractionPolicy, Flow, Kind, Parity, Recovery, Settings, Source, Stage,
};

use super::{found, names};
use crate::kit::{Session, asks, at, map, stands};

/// about (name, age or e-mail) → done.
fn about(required: &[&str]) -> Vec<Stage> {
    let about = Stage::new("about").schema(json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "age": { "type": "integer" },
            "email": { "type": "string", "format": "email" },
        },
        "required": required,
    }));
    vec![about.to("done"), Stage::end("done")]
}

fn with(stages: Vec<Stage>, settings: Settings) -> Session {
    Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) })
}

#[test]
fn g22_a_text_with_all_that_is_asked_for_moves() {
    let mut session = Session::of(about(&["name", "age"]));
    let outcome = session.say_finding("I am Ada, 36.", json!({ "name": "Ada", "age": 36 }), 0.95);
    assert_eq!(stands(&outcome), at("done", Kind::Completed));
    assert_eq!(names(&outcome.changed), ["age", "name"]);
    assert_eq!(session.data(), json!({ "name": "Ada", "age": 36 }));
}

#[test]
fn g23_a_text_with_a_part_of_it_stays() {
    let mut session = Session::of(about(&["name", "email"]));
    let outcome = session.say_finding("I am Ada.", json!({ "name": "Ada" }), 0.95);
    assert_eq!(stands(&outcome), at("about", Kind::Incomplete));
    assert_eq!(names(&outcome.missing), ["email"]);
    assert_eq!(outcome.view.values, map(json!({ "name": "Ada" })));
}

#[test]
fn g24_a_text_where_nothing_is_asked_for_is_no_answer() {
    let stages = || vec![Stage::new("mood").to("done"), Stage::end("done")];
    let extractor = ScriptedExtractor::new([]);
    let mut session = Session::of(stages());
    let outcome = session.say("fine", &extractor);
    assert_eq!(stands(&outcome), at("done", Kind::Completed));
    let extraction = outcome.extraction.unwrap();
    assert_eq!(extraction.turn["_raw_input"], "fine");
    assert_eq!((extraction.confidence, names(&outcome.missing)), (1.0, Vec::new()));
    assert_eq!(session.data(), json!({}));

    // The original keeps it with the answers.
    let mut session = with(stages(), Settings::in_parity_with(Parity::Dataknobs069));
    let outcome = session.say("fine", &extractor);
    assert_eq!(names(&outcome.changed), ["_raw_input"]);
    let data = stepflow_wizard::compat::data(&session.definition, &session.state);
    assert_eq!(data, map(json!({ "_raw_input": "fine" })));
    assert!(extractor.requests().is_empty());
}

/// What becomes of a value that an extractor gives for a field.
#[track_caller]
fn becomes(field: Value, text: &str, value: Value, expected: Value) {
    let stage = Stage::new("ask")
        .schema(json!({ "type": "object", "properties": { "field": field }, "required": ["field"] }));
    let policy = ExtractionPolicy {
        recovery: vec![Recovery::BooleanRecovery],
        hints: ExtractionHints::default(),
        ..ExtractionPolicy::default()
    };
    let settings = Settings::default().extraction(&policy);
    let mut session = with(vec![stage.to("done"), Stage::end("done")], settings);
    let outcome = session.say_finding(text, json!({ "field": value }), 0.9);
    assert_eq!(outcome.kind, Kind::Completed, "{text}: {:?}", outcome.missing);
    assert_eq!(session.data(), json!({ "field": expected }));
}

#[test]
fn g27_values_are_brought_into_form() {
    let plan = json!({ "type": "string", "enum": ["free", "pro"] });
    becomes(plan, "The Pro plan.", json!("Pro plan"), json!("pro"));
    becomes(json!({ "type": "integer" }), "5 of them", json!("5"), json!(5));
    let tools = json!({ "type": "array", "items": { "type": "string", "enum": ["saw", "drill"] } });
    becomes(tools, "all of them", json!("all"), json!(["saw", "drill"]));
    becomes(json!({ "type": "boolean" }), "yes ok", Value::Null, json!(true));
}

#[test]
fn g28_what_was_not_said_replaces_nothing() {
    let mut session = Session::of(vec![
        asks("animal", "animal", "string").to("more"),
        Stage::new("more").to("done"),
        Stage::end("done"),
    ]);
    let extract = |text: &str, animal: &str, session: &mut Session| {
        let extractor = ScriptedExtractor::new([found(json!({ "animal": animal }), 0.9)]);
        let message = stepflow_wizard::extract::Message::new(text)
            .after([stepflow_wizard::extract::Turn::wizard("Which animal is it?")]);
        session.say(message, &extractor)
    };
    extract("a parrot", "parrot", &mut session);
    session.back();
    let outcome = extract("still the same bird", "greyhound", &mut session);
    assert_eq!(stands(&outcome), at("more", Kind::Moved));
    assert_eq!(session.current_data(), json!({ "animal": "parrot" }));
    session.back();
    extract("sorry, a greyhound", "greyhound", &mut session);
    assert_eq!(session.current_data(), json!({ "animal": "greyhound" }));
}

#[test]
fn g29_low_confidence_never_moves_by_itself() {
    // Something is missing: it stays. The original moves.
    let mut session = Session::of(about(&["name", "age"]));
    let outcome = session.say_finding("hm", json!({}), 0.2);
    assert_eq!(stands(&outcome), at("about", Kind::Incomplete));
    let mut original = with(about(&["name", "age"]), Settings::in_parity_with(Parity::Dataknobs069));
    let outcome = original.say_finding("hm", json!({}), 0.2);
    assert_eq!(stands(&outcome), at("done", Kind::Completed));
    assert_eq!(names(&outcome.missing), ["age", "name"]);

    // Nothing is missing: it asks, and a word or an empty answer confirms.
    for confirms in ["a word", "an empty answer"] {
        let mut session = Session::of(about(&["name"]));
        let outcome = session.say_finding("Ada, I think", json!({ "name": "Ada" }), 0.3);
        assert_eq!(stands(&outcome), at("about", Kind::Confirm));
        assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::LowConfidence);
        assert_eq!(outcome.view.values, map(json!({ "name": "Ada" })));
        let outcome = match confirms {
            "a word" => session.say_finding("yes, that's right", json!({ "name": "Ada" }), 0.4),
            _ => session.submit(json!({})),
        };
        assert_eq!(stands(&outcome), at("done", Kind::Completed), "{confirms}");
        assert_eq!(session.data(), json!({ "name": "Ada" }));
    }
}

#[test]
fn values_say_where_they_come_from() {
    let stage = Stage::new("order").schema(json!({
        "type": "object",
        "properties": {
            "kind": { "type": "string" },
            "size": { "type": "string", "default": "medium" },
            "boxed": { "type": "boolean" },
            "slices": { "type": "integer" },
        },
        "required": ["kind", "boxed", "slices"],
    }));
    let policy = ExtractionPolicy {
        recovery: vec![Recovery::BooleanRecovery, Recovery::FocusedRetry],
        focused_retries: 1,
        ..ExtractionPolicy::default()
    };
    let mut session =
        with(vec![stage.to("done"), Stage::end("done")], Settings::default().extraction(&policy));
    let extractor =
        ScriptedExtractor::new([found(json!({ "kind": "rye" }), 0.9), found(json!({ "slices": 8 }), 0.9)]);
    let outcome = session.say("rye, and yes", &extractor);
    assert_eq!(outcome.kind, Kind::Completed);
    let provenance = outcome.extraction.unwrap().provenance;
    let told =
        |field: &str| (provenance[field].value.clone(), provenance[field].source, provenance[field].grounded);
    assert_eq!(told("kind"), (json!("rye"), Source::Extracted, Some(true)));
    assert_eq!(told("size"), (json!("medium"), Source::Default, None));
    assert_eq!(told("boxed"), (json!(true), Source::Recovered, Some(true)));
    assert_eq!(told("slices"), (json!(8), Source::Recovered, Some(false)));
    let page = session.state.page("order").unwrap();
    assert_eq!(page.source("slices"), Some(Source::Recovered));
}

/// Whoever reaches an extractor in a way of their own drives the reading themselves.
#[test]
fn a_reading_can_be_driven_by_hand() {
    let session = Session::of(about(&["name"]));
    let reading = Reading::begin(&session.definition, session.state.clone(), "Ada", &session.env()).unwrap();
    let request = reading.request().unwrap();
    assert!(request.asks_for("name") && request.asks_for("email") && !request.asks_for("_secret"));
    // What is not answered was not found.
    let outcome = reading.finish().unwrap();
    assert_eq!(outcome.kind, Kind::Incomplete);
}
