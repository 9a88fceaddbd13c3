//! Flows within flows.

use serde_json::json;
use stepflow_wizard::{
    Blueprint, Command, Definition, DefinitionCode, Flow, Kind, Limit, Limits, Settings, Stage, SubflowCall,
    Transition, WizardError,
};

use crate::kit::{Session, asks, map, when};

/// trip: city → (lodging: style → (rooms: beds → fin) → nights → booked) → done; `rooms` is known to the trip, not to
/// lodging.
fn nested(settings: Settings) -> Blueprint {
    let rooms = Flow::new("rooms", vec![asks("beds", "beds", "integer").to("fin"), Stage::end("fin")]);
    let call = SubflowCall::new("rooms").take("beds", "beds").returning_to("nights");
    let lodging = Flow::new(
        "lodging",
        vec![
            asks("style", "style", "string")
                .transition(Transition::into_subflow(call).when("data['style'] == 'hut'").unwrap())
                .to("nights"),
            asks("nights", "nights", "integer").to("booked"),
            Stage::end("booked"),
        ],
    );
    let call = SubflowCall::new("lodging").take("nights", "nights").take("beds", "beds").returning_to("done");
    let stages =
        vec![asks("city", "city", "string").transition(Transition::into_subflow(call)), Stage::end("done")];
    let flow = Flow::new("trip", stages).subflow(lodging).subflow(rooms);
    Blueprint { settings, ..Blueprint::new(flow) }
}

#[test]
fn flows_nest_and_hand_back_through_all_levels() {
    let mut session = Session::with(nested(Settings::default()));
    session.submit(json!({ "city": "Oslo" }));
    let outcome = session.submit(json!({ "style": "hut" }));
    assert_eq!(
        (outcome.view.flow.as_ref(), outcome.view.stage.as_ref(), outcome.view.depth),
        ("rooms", "beds", 2)
    );
    assert_eq!(session.submit(json!({ "beds": 4 })).view.stage.as_ref(), "nights");
    let outcome = session.submit(json!({ "nights": 2 }));
    assert_eq!(outcome.kind, Kind::Completed, "a flow that ends at an end completes the wizard");
    assert_eq!(session.data(), json!({ "city": "Oslo", "nights": 2, "beds": 4 }));
}

#[test]
fn frames_are_limited() {
    let limits = Limits { frames: 2, ..Limits::default() };
    let mut session = Session::with(nested(Settings { limits, ..Settings::default() }));
    session.submit(json!({ "city": "Oslo" }));
    let error = session.refused(Command::submit([("style", "hut")]));
    assert!(matches!(error, WizardError::LimitExceeded { limit: Limit::Frames, .. }));
}

#[test]
fn back_leaves_a_flow_and_discards_it_unless_it_is_to_be_kept() {
    for keep in [false, true] {
        let mut session =
            Session::with(nested(Settings { keep_subflow_on_back: keep, ..Settings::default() }));
        session.submit(json!({ "city": "Oslo" }));
        session.submit(json!({ "style": "hotel" }));
        session.back();
        assert_eq!(session.back().view.stage.as_ref(), "city");
        let outcome = session.submit(json!({}));
        let expected = if keep { json!({ "style": "hotel" }) } else { json!({}) };
        assert_eq!(outcome.view.values, map(expected));
    }
}

#[test]
fn a_stage_of_the_caller_can_be_gone_to_and_the_flow_waits() {
    let mut session = Session::with(nested(Settings::default()));
    session.submit(json!({ "city": "Oslo" }));
    session.submit(json!({ "style": "hotel" }));
    assert_eq!(session.go_to("city").view.depth, 0);
    let outcome = session.submit(json!({ "city": "Bern" }));
    assert_eq!(outcome.view.values, map(json!({ "style": "hotel" })));
}

#[test]
fn a_restart_leaves_every_flow() {
    let mut session = Session::with(nested(Settings::default()));
    session.submit(json!({ "city": "Oslo" }));
    let outcome = session.restart();
    assert_eq!((outcome.view.stage.as_ref(), session.state.depth()), ("city", 0));
    assert_eq!(session.submit(json!({ "city": "Bern" })).view.stage.as_ref(), "style");
}

#[test]
fn a_flow_that_returns_to_its_caller_is_not_called_again_by_itself() {
    let quick = Flow::new("quick", vec![asks("ask", "pick", "string").to("fin"), Stage::end("fin")]);
    let call = SubflowCall::new("quick").take("pick", "note_kind");
    let stages = vec![
        Stage::new("summary")
            .transition(Transition::into_subflow(call).when("data.get('note')").unwrap())
            .transition(when("done", "data.get('ok')")),
        Stage::end("done"),
    ];
    let mut session = Session::with(Blueprint::new(Flow::new("trip", stages).subflow(quick)));
    session.submit(json!({ "note": true }));
    let outcome = session.submit(json!({ "pick": "card" }));
    assert_eq!((outcome.view.stage.as_ref(), outcome.kind), ("summary", Kind::Moved));
    assert_eq!(session.submit(json!({ "note": false, "ok": true })).kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "note": false, "ok": true, "note_kind": "card" }));
}

#[test]
fn flows_that_lead_into_themselves_are_refused_unless_that_is_meant() {
    let call = || SubflowCall::new("deeper").returning_to("fin");
    let deeper = Flow::new(
        "deeper",
        vec![Stage::new("down").transition(Transition::into_subflow(call())), Stage::end("fin")],
    );
    let main = Flow::new(
        "main",
        vec![Stage::new("start").transition(Transition::into_subflow(call())), Stage::end("fin")],
    )
    .subflow(deeper);
    let errors = Definition::new(Blueprint::new(main.clone())).unwrap_err().errors;
    assert_eq!(errors[0].code, DefinitionCode::SubflowCycle);
    let settings = Settings { recursion: true, ..Settings::default() };
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(main) });
    for _ in 0..7 {
        session.submit(json!({}));
    }
    assert_eq!(session.state.depth(), 7);
    let error = session.refused(Command::submit([("x", 1)]));
    assert!(matches!(error, WizardError::LimitExceeded { limit: Limit::Frames, .. }));
}
