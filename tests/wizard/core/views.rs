//! What is shown: prompts, suggestions, progress, the roadmap, explanations.

use serde_json::json;
use stepflow_wizard::{DiagnosticCode, Stage, Standing, Text};

use crate::kit::{Session, asks, when};

fn standings(session: &Session) -> Vec<(String, Standing)> {
    let view = session.definition.view(&session.state, &session.env()).unwrap();
    view.roadmap.iter().map(|entry| (entry.stage.to_string(), entry.standing)).collect()
}

fn branches() -> Session {
    Session::of(vec![
        asks("kind", "kind", "string").transition(when("vat", "data['kind'] == 'company'")).to("name"),
        asks("vat", "vat", "string").to("iban"),
        Stage { can_skip: true, ..asks("iban", "iban", "string") }.to("name"),
        asks("name", "name", "string").to("done"),
        Stage::end("done").prompt("Thank you."),
    ])
}

#[test]
fn progress_goes_by_the_shortest_way_and_only_back_with_the_person() {
    let mut session = branches();
    // Two questions on the shortest way.
    assert_eq!(session.submit(json!({ "kind": "company" })).view.progress, 0.25);
    assert_eq!(session.submit(json!({ "vat": "X" })).view.progress, 0.5);
    assert_eq!(session.back().view.progress, 0.25);
    session.back();
    assert_eq!(session.submit(json!({ "kind": "person" })).view.progress, 0.5);
    assert_eq!(session.submit(json!({ "name": "Ada" })).view.progress, 1.0);
}

#[test]
fn the_roadmap_knows_what_is_done_skipped_to_come_and_out_of_question() {
    use Standing::{Completed, Current, NotApplicable, Pending, Skipped};
    let named = |standings: [Standing; 5]| {
        ["kind", "vat", "iban", "name", "done"]
            .map(str::to_owned)
            .into_iter()
            .zip(standings)
            .collect::<Vec<_>>()
    };
    let mut session = branches();
    assert_eq!(standings(&session), named([Current, Pending, Pending, Pending, Pending]));
    session.submit(json!({ "kind": "company" }));
    session.submit(json!({ "vat": "X" }));
    session.skip();
    assert_eq!(standings(&session), named([Completed, Completed, Skipped, Current, Pending]));
    session.go_to("kind");
    session.submit(json!({ "kind": "person" }));
    assert_eq!(standings(&session), named([Completed, NotApplicable, NotApplicable, Current, Pending]));
}

#[test]
fn texts_are_rendered_with_the_data_and_reserved_names_win() {
    let text = |text: &str| Text::parse(text).unwrap();
    let stages = vec![
        Stage::new("guest").to("dish"),
        Stage {
            label: Some("Dish".into()),
            suggestions: vec![
                text("Soup for {{ guest }}"),
                text("Usual: {{ usual }}"),
                Text::parse_strict("{{ unknown.field }}").unwrap(),
                "Plain".into(),
            ],
            ..Stage::new("dish")
        }
        .prompt(text("{{ stage_label }}: what will {{ guest }} eat, {{ data.guest }}?"))
        .to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    let outcome = session.submit(json!({ "guest": "Ada", "stage_label": "mine" }));
    assert_eq!(outcome.view.prompt.as_ref(), "Dish: what will Ada eat, Ada?");
    let suggestions: Vec<_> = outcome.view.suggestions.iter().map(|text| text.to_string()).collect();
    assert_eq!(suggestions, ["Soup for Ada", "Usual: ", "{{ unknown.field }}", "Plain"]);
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::SuggestionFailed);
}

#[test]
fn explanations_follow_the_order_of_the_conditions() {
    let stages = vec![
        Stage::new("total")
            .transition(when("a", "data['missing'] > 1"))
            .transition(when("b", "data.get('total', 0) > 100").priority(-1))
            .transition(when("c", "true"))
            .to("c"),
        Stage::end("a"),
        Stage::end("b"),
        Stage::end("c"),
    ];
    let session = Session::of(stages);
    let why = session.definition.explain(&session.state, &session.env()).unwrap();
    let told: Vec<_> =
        why.iter().map(|one| (one.target.to_string(), one.holds, one.error.is_some(), one.taken)).collect();
    assert_eq!(
        told,
        [
            ("b".to_owned(), Some(false), false, false),
            ("a".to_owned(), Some(false), true, false),
            ("c".to_owned(), Some(true), false, true),
            ("c".to_owned(), Some(true), false, false),
        ]
    );
}

#[test]
fn the_journey_is_the_reachable_set() {
    let mut session = branches();
    session.submit(json!({ "kind": "company" }));
    let journey = session.definition.journey(&session.state, &session.env()).unwrap();
    let reached: Vec<_> =
        ["kind", "vat", "iban", "name", "done"].into_iter().filter(|stage| journey.reaches(stage)).collect();
    assert_eq!(reached, ["kind", "vat"]);
    assert!(!journey.complete);
}
