//! Back, skip, go to, and the words that stand for them.

use serde_json::json;
use stepflow_wizard::{
    Blueprint, Command, DiagnosticCode, Flow, Kind, Navigation, NavigationCommand, NavigationWords, Settings,
    Skip, Stage, WizardError,
};

use crate::kit::{Session, asks, at, map, stands, when};

fn four() -> Vec<Stage> {
    vec![
        asks("a", "a", "integer").transition(when("x", "data['a'] > 10")).to("b"),
        asks("b", "b", "integer").to("c"),
        asks("c", "c", "integer").to("done"),
        asks("x", "x", "integer").to("done"),
        Stage::end("done"),
    ]
}

#[test]
fn back_keeps_what_was_typed_without_counting_it() {
    let mut session = Session::of(four());
    session.submit(json!({ "a": 1 }));
    let outcome = session.call(Command::Back { draft: Some(map(json!({ "b": "not yet" }))) });
    assert_eq!(outcome.view.stage.as_ref(), "a");
    let outcome = session.submit(json!({ "a": 1 }));
    assert_eq!(outcome.view.values, map(json!({ "b": "not yet" })));
    assert_eq!(session.data(), json!({ "a": 1 }));
}

#[test]
fn back_passes_over_stages_that_stopped_for_nobody() {
    let stages = vec![
        Stage::new("a").to("hello"),
        Stage::message("hello", "Hello.").to("b"),
        Stage::new("b").to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    session.submit(json!({}));
    assert_eq!(session.back().view.stage.as_ref(), "a");
}

#[test]
fn back_passes_over_stages_that_the_answers_no_longer_lead_to() {
    let mut session = Session::of(four());
    session.submit(json!({ "a": 1 }));
    session.submit(json!({ "b": 2 }));
    session.go_to("a");
    session.submit(json!({ "a": 11 }));
    assert_eq!(session.state.stage(), "x");
    assert_eq!(session.back().view.stage.as_ref(), "a");
    assert_eq!(session.back().kind, Kind::Stayed);
}

#[test]
fn one_goes_only_where_the_answers_lead() {
    let mut session = Session::of(four());
    session.submit(json!({ "a": 1 }));
    session.submit(json!({ "b": 2 }));
    assert_eq!(session.go_to("a").view.values, map(json!({ "a": 1 })));
    assert_eq!(session.go_to("c").view.stage.as_ref(), "c");
    let outcome = session.go_to("x");
    assert_eq!(stands(&outcome), at("c", Kind::Stayed));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::NavigationRefused);
    assert!(matches!(session.refused(Command::GoTo("nowhere".into())), WizardError::StageNotFound(_)));
}

#[test]
fn an_answer_changed_early_keeps_the_later_ones() {
    let mut session = Session::of(four());
    session.submit(json!({ "a": 1 }));
    session.submit(json!({ "b": 2 }));
    session.go_to("a");
    session.submit(json!({ "a": 5 }));
    assert_eq!(session.data(), json!({ "a": 5, "b": 2 }));
    assert_eq!(session.go_to("c").view.stage.as_ref(), "c");
    assert_eq!(session.submit(json!({ "c": 3 })).kind, Kind::Completed);
}

#[test]
fn going_back_from_the_end_opens_the_wizard_again() {
    let mut session = Session::of(vec![Stage::new("a").to("done"), Stage::end("done")]);
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);
    let outcome = session.back();
    assert_eq!(stands(&outcome), at("a", Kind::Moved));
    assert_eq!(outcome.view.progress, 0.0);
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);
}

fn skippable(skip: Skip) -> Session {
    let stages = vec![
        Stage { can_skip: true, skip, ..asks("a", "a", "integer") }.to("b"),
        Stage::new("b").to("done"),
        Stage::end("done"),
    ];
    Session::of(stages)
}

#[test]
fn skipping_clears_the_answers_unless_something_stands_in() {
    let mut session = skippable(Skip::default());
    session.submit(json!({ "a": 1 }));
    session.back();
    session.skip();
    assert_eq!(session.data(), json!({}));

    let default = Some(map(json!({ "a": 0 })));
    let mut session = skippable(Skip { default: default.clone(), overwrite: false });
    session.submit(json!({ "a": 1 }));
    session.back();
    session.skip();
    assert_eq!(session.data(), json!({ "a": 1 }), "what was answered stands");

    let mut session = skippable(Skip { default, overwrite: true });
    session.submit(json!({ "a": 1 }));
    session.back();
    session.skip();
    assert_eq!(session.data(), json!({ "a": 0 }));
    assert!(session.state.page("a").unwrap().is_skipped());
    session.back();
    session.submit(json!({ "a": 3 }));
    assert!(!session.state.page("a").unwrap().is_skipped());
}

#[test]
fn words_navigate_and_switched_off_commands_are_refused() {
    let words = |word: &str, enabled| Some(NavigationWords { keywords: [word.into()].into(), enabled });
    let mut stages = four();
    stages[1].navigation =
        Navigation { back: words("zurück", true), skip: words("skip", false), restart: None };
    stages[1].can_skip = true;
    let settings = Settings {
        navigation: Navigation { restart: words("von vorn", true), ..Navigation::default() },
        ..Settings::default()
    };
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) });
    let definition = session.definition.clone();
    let said = |stage: &str, message: &str| definition.detect_navigation("", stage, message);
    assert_eq!(said("a", "Previous"), Some(NavigationCommand::Back));
    assert_eq!(said("b", "Zurück "), Some(NavigationCommand::Back));
    assert_eq!(said("b", "back"), None);
    assert_eq!(said("b", "skip"), None);
    assert_eq!(said("b", "von vorn"), Some(NavigationCommand::Restart));
    session.submit(json!({ "a": 1 }));
    assert_eq!(session.skip().kind, Kind::Stayed);
}

#[test]
fn a_stage_with_a_condition_of_its_own_is_passed_over() {
    let mut stages = four();
    stages[1].when = stepflow_wizard::Guard::Expression("data.get('a', 0) > 5".parse().unwrap());
    let mut session = Session::of(stages);
    let outcome = session.submit(json!({ "a": 1 }));
    assert_eq!(outcome.view.stage.as_ref(), "c");
    session.back();
    assert_eq!(session.submit(json!({ "a": 7 })).view.stage.as_ref(), "b");
}
