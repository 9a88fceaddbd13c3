//! What the pipeline asks, takes and leaves.

use serde_json::{Value, json};
use stepflow_wizard::extract::{Asking, ExtractError, Extraction, Message, ScriptedExtractor, Turn};
use stepflow_wizard::values::{Derivation, DerivationConfig};
use stepflow_wizard::{
    Blueprint, Candidate, Capture, Command, DropReason, ExtractionPolicy, ExtractionScope,
    ExtractionSettings, Flow, Functions, Kind, Limits, Map, MergeFilter, Recovery, Settings, Source, Stage,
    Transition, Verdict, WizardError, load,
};

use super::{found, names};
use crate::kit::{Session, asks, map, when};

fn with(stages: Vec<Stage>, settings: Settings) -> Session {
    Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) })
}

fn booking() -> Stage {
    Stage::new("booking").prompt("Which {{ thing }}?").schema(json!({
        "type": "object",
        "properties": {
            "room": { "type": "string", "enum": ["single", "double"], "default": "single" },
            "nights": { "type": "integer", "minimum": 1 },
            "sea": { "type": "boolean", "description": "a view of the sea" },
        },
        "required": ["room", "nights", "sea"],
    }))
}

fn stages() -> Vec<Stage> {
    vec![booking().to("done"), Stage::end("done")]
}

#[test]
fn an_extractor_is_shown_the_schema_without_defaults_and_the_conversation_within_the_scope() {
    let long = "x".repeat(600);
    let said = [
        Turn::person("hello"),
        Turn::wizard("Good day."),
        Turn::person(long.as_str()),
        Turn::person("for two"),
        Turn::wizard("Which room?"),
    ];
    for (scope, expected) in [
        (ExtractionScope::CurrentMessage, 0),
        (ExtractionScope::RecentMessages, 2),
        (ExtractionScope::WizardSession, 3),
    ] {
        let policy = ExtractionPolicy { scope, recent_messages: 2, ..ExtractionPolicy::default() };
        let mut session = with(stages(), Settings::default().extraction(&policy));
        let extractor = ScriptedExtractor::new([Extraction::nothing()]);
        session.say(Message::new("the double").after(said.clone()), &extractor);
        let request = &extractor.requests()[0];
        assert_eq!((request.text.as_str(), request.stage.as_ref()), ("the double", "booking"));
        assert_eq!(request.prompt, "Which {{ thing }}?");
        assert_eq!(request.asked.as_deref(), Some("Which room?"));
        assert_eq!(request.earlier.len(), expected, "{scope:?}");
        assert_eq!(
            request.schema["properties"]["room"],
            json!({ "type": "string", "enum": ["single", "double"] })
        );
        assert!(request.earlier.iter().all(|text| text.chars().count() <= 501));
    }
}

#[test]
fn recovery_asks_for_what_is_missing_and_looks_further_back() {
    let policy = ExtractionPolicy {
        scope: ExtractionScope::CurrentMessage,
        recovery: vec![Recovery::ScopeEscalation, Recovery::FocusedRetry],
        escalation: Some(ExtractionScope::WizardSession),
        focused_retries: 2,
        ..ExtractionPolicy::default()
    };
    let mut session = with(stages(), Settings::default().extraction(&policy));
    let extractor = ScriptedExtractor::new([
        found(json!({ "room": "double" }), 0.9),
        found(json!({ "nights": 3 }), 0.9),
        Extraction::nothing(),
        found(json!({ "sea": "no" }), 0.9),
    ]);
    let outcome =
        session.say(Message::new("the double").after([Turn::person("three nights, 3")]), &extractor);
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "room": "double", "nights": 3, "sea": false }));
    let requests = extractor.requests();
    let asked: Vec<_> = requests
        .iter()
        .map(|request| (request.asking, request.earlier.len(), fields(&request.schema)))
        .collect();
    let sea = || vec!["sea".to_owned()];
    let all = || vec!["room".to_owned(), "nights".to_owned(), "sea".to_owned()];
    assert_eq!(
        asked,
        [
            (Asking::First, 0, all()),
            (Asking::Wider, 1, all()),
            (Asking::Missing, 1, sea()),
            (Asking::Missing, 1, sea())
        ]
    );
    // The value that was said in an earlier message is borne out by it.
    let found = outcome.extraction.unwrap();
    assert!(found.grounded["nights"]);
    assert_eq!(found.provenance["nights"].source, Source::Recovered);
}

fn fields(schema: &Value) -> Vec<String> {
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_failing_extractor_changes_nothing_at_first_and_little_later() {
    let policy = ExtractionPolicy {
        recovery: vec![Recovery::FocusedRetry, Recovery::BooleanRecovery],
        focused_retries: 5,
        ..ExtractionPolicy::default()
    };
    let mut session = with(stages(), Settings::default().extraction(&policy));
    let fails = ScriptedExtractor::new([]).then_fail(ExtractError::RateLimited { retry_after: None });
    let refused = session.try_to_say("the double, 3 nights, yes", &fails).unwrap_err();
    assert!(matches!(refused.error, WizardError::Extraction(ExtractError::RateLimited { .. })));
    assert_eq!(refused.state, session.state);

    let extractor = ScriptedExtractor::new([found(json!({ "room": "double", "nights": 3 }), 0.9)])
        .then_fail(ExtractError::RateLimited { retry_after: None });
    let outcome = session.say("the double, 3 nights, yes", &extractor);
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(session.data()["sea"], true);
    assert_eq!(
        outcome.extraction.unwrap().errors,
        [
            "what is missing was not looked for again: the service for extraction takes no more requests for now"
        ]
    );
}

#[test]
fn what_breaks_the_schema_was_not_found() {
    let mut session = Session::of(stages());
    session.say_finding("2 nights, no sea", json!({ "nights": 2, "sea": false, "room": "single" }), 0.5);
    let outcome = session.say_finding(
        "0 nights in the tent with a view of the sea",
        json!({ "nights": 0, "room": "tent", "sea": true, "goto": "done", "_transition_signal": "done" }),
        0.9,
    );
    // What was there before stands.
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "room": "single", "nights": 2, "sea": true }));
    let mut dropped: Vec<_> = outcome
        .extraction
        .unwrap()
        .dropped
        .into_iter()
        .map(|dropped| (dropped.field, dropped.reason))
        .collect();
    dropped.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("_transition_signal", DropReason::Reserved),
        ("goto", DropReason::NotAsked),
        ("nights", DropReason::Invalid),
        ("room", DropReason::NotAChoice),
    ];
    assert_eq!(dropped, expected.map(|(field, reason)| (field.to_owned(), reason)));
}

#[test]
fn an_answer_that_breaks_a_rule_about_the_whole_stays() {
    let stage = Stage::new("contact").schema(json!({
        "type": "object",
        "properties": { "mail": { "type": "string" }, "phone": { "type": "string" } },
        "anyOf": [{ "required": ["mail"] }, { "required": ["phone"] }],
    }));
    let mut session = Session::of(vec![stage.to("done"), Stage::end("done")]);
    let outcome = session.say_finding("neither", json!({}), 0.9);
    assert_eq!(outcome.kind, Kind::Incomplete);
    assert_eq!(outcome.errors.len(), 1);
    assert_eq!(session.say_finding("12 34", json!({ "phone": "12 34" }), 0.9).kind, Kind::Completed);
}

#[test]
fn derivations_and_recovered_values_go_together() {
    let rule: DerivationConfig =
        serde_json::from_value(json!({ "source": "title", "target": "slug", "transform": "lower_hyphen" }))
            .unwrap();
    let stage = Stage::new("book").schema(json!({
        "type": "object",
        "properties": { "title": { "type": "string" }, "slug": { "type": "string" }, "pages": { "type": "integer" } },
        "required": ["title", "slug", "pages"],
    }));
    let policy = ExtractionPolicy {
        recovery: vec![Recovery::FocusedRetry],
        focused_retries: 1,
        ..ExtractionPolicy::default()
    };
    let settings = Settings { derivations: vec![Derivation::new(rule, &()).unwrap()], ..Settings::default() };
    let mut session = with(vec![stage.to("done"), Stage::end("done")], settings.extraction(&policy));
    let extractor = ScriptedExtractor::new([
        found(json!({ "pages": 90 }), 0.9),
        found(json!({ "title": "Cold Lamp" }), 0.9),
    ]);
    let outcome = session.say("90 pages of Cold Lamp", &extractor);
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "pages": 90, "title": "Cold Lamp", "slug": "cold-lamp" }));
    let source = |field: &str| outcome.extraction.as_ref().unwrap().provenance[field].source;
    assert_eq!((source("title"), source("slug")), (Source::Recovered, Source::Derived));
}

#[test]
fn one_free_text_is_the_answer_itself() {
    let extractor = ScriptedExtractor::new([]);
    let reason = || asks("reason", "reason", "string");
    let mut session = Session::of(vec![reason().to("done"), Stage::end("done")]);
    let outcome = session.say("  He lost feathers ", &extractor);
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "reason": "  He lost feathers " }));
    assert_eq!(outcome.extraction.unwrap().provenance["reason"].source, Source::Verbatim);

    // Unless a question stands before it, or the stage says otherwise.
    let asked = Message::new("the first one").after([Turn::wizard("Feathers or a cold?")]);
    let extract = ExtractionSettings { capture: Capture::Extract, ..ExtractionSettings::default() };
    for (stage, message) in
        [(reason(), asked), (Stage { extraction: extract, ..reason() }, Message::new("feathers, I think"))]
    {
        let extractor = ScriptedExtractor::new([found(json!({ "reason": "feathers" }), 0.9)]);
        let mut session = Session::of(vec![stage.to("done"), Stage::end("done")]);
        session.say(message, &extractor);
        assert_eq!(session.data(), json!({ "reason": "feathers" }));
    }
}

#[test]
fn what_holds_for_one_call_counts_as_said() {
    let stage = Stage::new("desk").schema(json!({
        "type": "object",
        "properties": { "action": { "type": "string" }, "topic": { "type": "string" } },
        "required": ["action"],
    }));
    let stage = stage.transition(when("shut", "data.get('action') == 'close'")).to("done");
    let settings = || Settings { per_turn: ["action".into()].into(), ..Settings::default() };
    let stages = || vec![stage.clone(), Stage::end("shut"), Stage::end("done")];
    let mut session = with(stages(), settings());
    session.say_finding("close it", json!({ "action": "close" }), 0.9);
    assert_eq!(session.state.stage(), "shut");
    let mut session = with(stages(), settings());
    session.submit(json!({ "action": "open" }));
    assert_eq!(session.state.stage(), "done");
    assert_eq!(session.data(), json!({}));
}

#[test]
fn the_text_itself_can_be_asked_about() {
    let stage = asks("topic", "topic", "integer")
        .transition(when("quiz", "'quiz' in data.get('_message', '').lower()"))
        .transition(Transition::to("done"));
    let mut session = Session::of(vec![stage, Stage::end("quiz"), Stage::end("done")]);
    session.say_finding("A Quiz about 7", json!({ "topic": 7 }), 0.9);
    assert_eq!(session.state.stage(), "quiz");
    assert_eq!(session.data(), json!({ "topic": 7 }));
}

#[test]
fn a_call_that_was_made_before_asks_nobody() {
    let mut session = Session::of(stages());
    let extractor = ScriptedExtractor::new([found(json!({ "nights": 2 }), 0.9)]);
    session.say(Message::new("2 nights").with_id("m1"), &extractor);
    let before = session.state.to_json().unwrap();
    assert_eq!(session.say(Message::new("2 nights").with_id("m1"), &extractor).kind, Kind::Repeated);
    assert_eq!(session.state.to_json().unwrap(), before);

    let refused = session.try_to_say(Message::new("2 nights").at_rev(99), &extractor).unwrap_err();
    assert!(matches!(refused.error, WizardError::StaleRevision { .. }));
    assert_eq!(extractor.requests().len(), 1);
}

#[test]
fn texts_are_refused_where_no_answers_are_taken() {
    let extractor = ScriptedExtractor::new([]);
    let mut session = Session::of(vec![asks("one", "one", "integer").to("done"), Stage::end("done")]);
    session.submit(json!({ "one": 1 }));
    let refused = session.try_to_say("more", &extractor).unwrap_err();
    assert!(matches!(refused.error, WizardError::AlreadyCompleted));
    session.call(Command::Restart);
    session.call(Command::Cancel);
    assert!(matches!(session.try_to_say("more", &extractor).unwrap_err().error, WizardError::Cancelled));

    let limits = Limits { text_bytes: 10, ..Limits::default() };
    let mut session = with(stages(), Settings { limits, ..Settings::default() });
    let refused = session.try_to_say("eleven bytes", &extractor).unwrap_err();
    assert!(matches!(refused.error, WizardError::LimitExceeded { allowed: 10, got: 12, .. }));
    assert!(extractor.requests().is_empty());
}

#[test]
fn what_an_extractor_says_is_never_too_much() {
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let stage = Stage::new("any").schema(json!({
        "type": "object",
        "properties": { "small": {}, "deep": {}, "large": {}, "many": {} },
        "required": ["small"],
    }));
    let mut session = Session::of(vec![stage.to("done"), Stage::end("done")]);
    let many: Map = (0..300).map(|number| (format!("k{number}"), json!(number))).collect();
    let mut extraction = found(
        json!({ "small": 1, "deep": deep, "large": "x".repeat(70_000), "many": many, "x".repeat(300): 1 }),
        f64::NAN,
    );
    extraction.errors = vec!["y".repeat(5000); 100];
    extraction.report = json!("z".repeat(100_000));
    let outcome = session.say("1", &ScriptedExtractor::new([extraction]));
    assert_eq!(outcome.kind, Kind::Confirm);
    let found = outcome.extraction.unwrap();
    assert_eq!(names(found.provenance.keys()), ["small"]);
    assert_eq!(found.confidence, 0.0);
    assert!(found.errors.len() == 20 && found.errors[0].len() == 200);
    assert_eq!(found.dropped.iter().filter(|dropped| dropped.reason == DropReason::TooLarge).count(), 4);
}

#[test]
fn conflicts_are_told() {
    let mut session = Session::of(stages());
    session.say_finding("2 nights", json!({ "nights": 2 }), 0.9);
    let outcome =
        session.say_finding("or rather 3, by the way", json!({ "nights": 3, "room": "double" }), 0.9);
    let conflicts = outcome.extraction.unwrap().conflicts;
    let told: Vec<_> = conflicts.iter().map(|conflict| (&*conflict.field, conflict.replaced)).collect();
    assert_eq!(told, [("nights", true), ("room", false)]);
}

#[test]
fn a_filter_of_ones_own_has_the_last_word() {
    let filter = |candidate: &Candidate<'_>| match (candidate.field, candidate.existing) {
        ("nights", _) if *candidate.value == 13 => Verdict::Replace(json!(14)),
        ("room", Some(_)) => Verdict::Reject,
        _ => Verdict::Accept,
    };
    let settings = Settings { merge_filter: Some(MergeFilter::new("house", filter)), ..Settings::default() };
    let mut session = with(stages(), settings);
    session.say_finding("a single room", json!({ "room": "single" }), 0.9);
    let outcome =
        session.say_finding("a double room, 13 nights", json!({ "room": "double", "nights": 13 }), 0.9);
    assert_eq!(outcome.view.values, map(json!({ "room": "single", "nights": 14 })));
    assert_eq!(outcome.extraction.unwrap().dropped[0].reason, DropReason::Filtered);
}

#[test]
fn a_definition_names_its_filter() {
    let text = |name: &str| {
        format!(
            "name: t\nsettings: {{merge_filter: {name}}}\nstages:\n- {{name: a, prompt: A, is_end: true}}\n"
        )
    };
    let functions = Functions::new().filter("house", |_| Verdict::Accept);
    let loaded = load::from_yaml(&text("house"), &functions).unwrap();
    assert_eq!(loaded.settings().merge_filter.as_ref().unwrap().name(), "house");
    assert_eq!(load::from_yaml(&load::to_yaml(&loaded).unwrap(), &functions).unwrap(), loaded);
    let errors = load::from_yaml(&text("hause"), &functions).unwrap_err();
    assert_eq!(errors.errors[0].hint.as_deref(), Some("did you mean `house`?"));
}
