//! No call and no definition takes for ever, whatever it says.

use serde_json::json;
use stepflow_wizard::{
    Blueprint, Command, Definition, DefinitionCode, DiagnosticCode, Flow, Functions, Kind, Limit, Limits,
    Settings, Stage, StageKind, SubflowCall, Transition, WizardError, load,
};

use crate::kit::{Session, asks, when};

fn calls(network: &str) -> StageKind {
    StageKind::Subflow(SubflowCall::new(network))
}

#[test]
fn stages_that_are_flows_which_end_at_once_are_counted() {
    let quick = Flow::new("quick", vec![Stage::end("fin")]);
    let stages = vec![
        Stage::new("gate").to("tick"),
        Stage { kind: calls("quick"), ..Stage::new("tick") }.to("tock"),
        Stage { kind: calls("quick"), ..Stage::new("tock") }.to("tick"),
    ];
    let mut session = Session::with(Blueprint::new(Flow::new("wizard", stages).subflow(quick)));
    let outcome = session.submit(json!({}));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::AutoAdvanceLimit);
    assert!(outcome.events.len() < 100, "{}", outcome.events.len());
    assert_eq!(session.submit(json!({})).diagnostics[0].code, DiagnosticCode::AutoAdvanceLimit);
}

#[test]
fn a_row_of_flows_which_end_at_once_is_walked_to_its_end() {
    let quick = Flow::new("quick", vec![Stage::end("fin")]);
    let mut stages = vec![Stage::new("gate").to("f0")];
    for index in 0..9 {
        let next = if index == 8 { "done".to_owned() } else { format!("f{}", index + 1) };
        stages.push(Stage { kind: calls("quick"), ..Stage::new(format!("f{index}")) }.to(next));
    }
    stages.push(Stage::end("done"));
    let mut session = Session::with(Blueprint::new(Flow::new("wizard", stages).subflow(quick)));
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);
}

#[test]
fn no_definition_lifts_the_limits_that_keep_calls_short_and_states_readable() {
    let of = |limits: Limits| {
        let settings = Settings { limits, ..Settings::default() };
        let flow = Flow::new("wizard", vec![Stage::end("done")]);
        Definition::new(Blueprint { settings, ..Blueprint::new(flow) })
    };
    for (place, limits) in [
        ("settings.limits.auto_advance", Limits { auto_advance: 1001, ..Limits::default() }),
        ("settings.limits.frames", Limits { frames: 25, ..Limits::default() }),
        ("settings.limits.input_depth", Limits { input_depth: 33, ..Limits::default() }),
    ] {
        let errors = of(limits).unwrap_err().errors;
        assert_eq!((errors[0].path.as_str(), errors[0].code), (place, DefinitionCode::InvalidValue));
    }
    assert!(of(Limits { auto_advance: 1000, frames: 24, input_depth: 32, ..Limits::default() }).is_ok());
}

/// Flows within flows as deep as they can be, the deepest answer as deep as it can be: the state is read back.
#[test]
fn the_deepest_state_is_read_back() {
    let call = || SubflowCall::new("deeper").returning_to("fin");
    let down = || Stage::new("down").transition(Transition::into_subflow(call())).to("fin");
    let deeper = Flow::new("deeper", vec![down(), Stage::end("fin")]);
    let main = Flow::new("main", vec![down(), Stage::end("fin")]).subflow(deeper);
    let settings = Settings {
        recursion: true,
        keep_subflow_on_back: true,
        limits: Limits { frames: 24, input_depth: 32, ..Limits::default() },
        ..Settings::default()
    };
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(main) });
    let deepest = (1..31).fold(json!(1), |inner, _| json!([inner]));
    for _ in 0..23 {
        session.submit(json!({ "x": deepest }));
    }
    assert_eq!(session.state.depth(), 23);
    for _ in 0..23 {
        let json = session.state.to_json().unwrap();
        assert_eq!(stepflow_wizard::State::from_json(&json).unwrap(), session.state);
        session.back();
    }
    assert_eq!(session.state.depth(), 0);
    assert_eq!(stepflow_wizard::State::from_json(&session.state.to_json().unwrap()).unwrap(), session.state);
}

/// The same name in another flow is another stage.
#[test]
fn answers_of_a_stage_of_the_same_name_count_as_well() {
    let inner = Flow::new("inner", vec![asks("a", "x", "string").to("fin"), Stage::end("fin")]);
    let call = SubflowCall::new("inner").returning_to("done");
    let stages =
        vec![asks("a", "x", "string").transition(Transition::into_subflow(call)), Stage::end("done")];
    let settings =
        Settings { limits: Limits { answer_bytes: 1000, ..Limits::default() }, ..Settings::default() };
    let flow = Flow::new("wizard", stages).subflow(inner);
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(flow) });
    session.submit(json!({ "x": "y".repeat(600) }));
    assert_eq!((session.state.stage(), session.state.depth()), ("a", 1));
    let error = session.refused(Command::submit([("x", "y".repeat(600))]));
    assert!(matches!(error, WizardError::LimitExceeded { limit: Limit::Answers, .. }));
}

/// A thousand stages, each with twenty ways to places that are not there.
#[test]
fn of_very_many_mistakes_the_first_ones_are_told_with_a_way_out() {
    let stage = |at: usize| {
        let ways = (0..20).map(|way| json!({ "target": format!("stage_{at:04}_{way}") }));
        json!({ "name": format!("stage_{at:04}__"), "transitions": ways.collect::<Vec<_>>() })
    };
    let wizard = json!({ "stages": (0..1000).map(stage).collect::<Vec<_>>() });
    let errors = load::from_value(&wizard, &Functions::new()).unwrap_err().errors;
    assert!(errors[0].hint.is_some(), "{}", errors[0]);
    assert_eq!(errors.len(), 101);
}

#[test]
fn a_flow_has_a_thousand_stages_at_most() {
    let flow = |count: usize| {
        let stages = (0..count).map(|at| Stage::new(format!("s{at}")).to(format!("s{}", (at + 1) % count)));
        Definition::new(Blueprint::new(Flow::new("wizard", stages.collect())))
    };
    assert!(flow(1000).is_ok());
    let errors = flow(1001).unwrap_err().errors;
    assert_eq!(errors[0].message, "a flow has 1000 stages at most, this one has 1001");
}

/// Five hundred visits, and the answers lead to none of them any more.
#[test]
fn going_back_looks_at_hundreds_of_visits_at_once() {
    let stages = vec![
        Stage::new("a").transition(when("b", "not data.get('never')")),
        Stage::new("b").transition(when("a", "data.get('again')")).to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    for _ in 0..250 {
        session.submit(json!({}));
        session.submit(json!({ "again": true }));
    }
    session.submit(json!({ "never": true }));
    for _ in 0..20 {
        assert_eq!(session.back().kind, Kind::Stayed);
    }
    assert_eq!(session.history().len(), 500);
}
