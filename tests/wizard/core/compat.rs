//! The shapes of the original.

use serde_json::json;
use stepflow_wizard::compat::{self, AdvanceResult};
use stepflow_wizard::{
    Blueprint, Definition, Flow, Kind, Parity, Settings, Skip, Stage, SubflowCall, Text, Transition,
};

use crate::kit::{Session, asks, env, map, when};

fn blueprint(settings: Settings) -> Blueprint {
    let lodging =
        Flow::new("lodging", vec![asks("nights", "nights", "integer").to("booked"), Stage::end("booked")]);
    let call = SubflowCall::new("lodging")
        .pass("city", "place")
        .take("nights", "bed_nights")
        .returning_to("summary");
    let stages = vec![
        asks("city", "city", "string").to("hello"),
        Stage::message("hello", Text::parse("Off to {{ city }}.").unwrap()).to("extras"),
        Stage {
            can_skip: true,
            skip: Skip { default: Some(map(json!({ "extra": "none" }))), overwrite: false },
            ..Stage::new("extras")
        }
        .transition(Transition::into_subflow(call).when("data.get('extra') == 'bed'").unwrap())
        .to("summary"),
        Stage::new("summary").transition(when("done", "data.get('ok')")),
        Stage::end("done"),
    ];
    Blueprint { settings, ..Blueprint::new(Flow::new("trip", stages).subflow(lodging)) }
}

#[test]
fn a_state_has_the_ten_keys_and_can_be_read_back() {
    let mut session = Session::with(blueprint(Settings::default()));
    session.submit(json!({ "city": "Oslo" }));
    session.submit(json!({ "extra": "bed" }));
    let saved = compat::to_dict(&session.definition, &session.state);
    assert_eq!(saved.as_object().unwrap().len(), 10);
    assert_eq!(saved["current_stage"], "nights");
    assert_eq!(saved["data"], json!({ "place": "Oslo" }));
    let frame = &saved["subflow_stack"][0];
    assert_eq!((&frame["parent_stage"], &frame["return_stage"]), (&json!("extras"), &json!("summary")));
    assert_eq!(
        frame["parent_data"],
        json!({ "city": "Oslo", "extra": "bed", "_stage_render_counts": { "hello": 1 } })
    );

    let state = compat::from_dict(&session.definition, &saved, &env(9)).unwrap();
    let mut again = compat::to_dict(&session.definition, &state);
    again["stage_entry_time"] = saved["stage_entry_time"].clone();
    assert_eq!(again, saved);
    let mut session = Session { state, ..session };
    session.submit(json!({ "nights": 2 }));
    assert_eq!(session.submit(json!({ "ok": true })).kind, Kind::Completed);
    assert_eq!(session.data(), json!({ "city": "Oslo", "extra": "bed", "bed_nights": 2, "ok": true }));
}

#[test]
fn what_is_no_state_of_the_original_is_refused_with_its_place() {
    let session = Session::with(blueprint(Settings::default()));
    let place = |saved| compat::from_dict(&session.definition, &saved, &env(0)).unwrap_err().place;
    assert_eq!(place(json!({})), ".");
    assert_eq!(place(json!({ "current_stage": null })), "current_stage");
    assert_eq!(place(json!({ "current_stage": "ghost" })), "current_stage");
    assert_eq!(place(json!({ "current_stage": "city", "history": ["city", "ghost"] })), "history[1]");
    let minimal =
        compat::from_dict(&session.definition, &json!({ "current_stage": "city" }), &env(0)).unwrap();
    assert_eq!(minimal.stage(), "city");
}

#[test]
fn the_fifteen_fields() {
    let mut session = Session::with(blueprint(Settings::default()));
    let outcome = session.submit(json!({ "city": "Oslo" }));
    let result = AdvanceResult::of(&session.definition, &outcome, &session.env()).unwrap();
    let value = serde_json::to_value(&result).unwrap();
    assert_eq!(value.as_object().unwrap().len(), 15);
    assert_eq!((result.transitioned, result.from_stage.as_deref()), (true, Some("city")));
    assert_eq!(result.auto_advance_messages, ["Off to Oslo."]);
    assert_eq!((result.extraction, result.missing_fields, result.changed_fields), (None, None, None));
    assert_eq!(result.metadata["current_stage"], "extras");
    assert_eq!(result.metadata["stages"][1]["status"], "completed");
}

#[test]
fn parity_reproduces_what_the_original_did() {
    let session = || Session::with(blueprint(Settings::in_parity_with(Parity::Dataknobs069)));
    let result = |session: &Session, outcome: &stepflow_wizard::Outcome| {
        AdvanceResult::of(&session.definition, outcome, &session.env()).unwrap()
    };
    // G18: the history keeps each stage once, and back lands on messages.
    let mut back = session();
    back.submit(json!({ "city": "Oslo" }));
    assert_eq!(back.back().view.stage.as_ref(), "hello");
    // G34: a finished wizard keeps taking answers.
    let mut late = session();
    late.submit(json!({ "city": "Oslo", "ok": true }));
    late.submit(json!({ "ok": true }));
    let outcome = late.submit(json!({}));
    assert_eq!(outcome.kind, Kind::Completed);
    let outcome = late.submit(json!({ "remark": "late" }));
    assert!(outcome.state.is_completed());
    assert_eq!(compat::data(&late.definition, &late.state)["remark"], "late");
    // G21: progress is the place of the stage.
    let mut early = session();
    let outcome = early.submit(json!({ "city": "Oslo" }));
    assert_eq!(result(&early, &outcome).metadata["progress"], 0.5);
}

#[test]
fn what_is_said_after_a_state_was_read_counts_more_than_what_was_said_before() {
    let stages = vec![
        Stage::new("a").to("b"),
        Stage::new("b").to("c"),
        Stage::new("c").transition(when("d", "data.get('x') == 2")),
        Stage::new("d").to("e"),
        Stage::end("e"),
    ];
    for settings in [Settings::default(), Settings::in_parity_with(Parity::Dataknobs069)] {
        let flow = Flow::new("wizard", stages.clone());
        let definition = Definition::new(Blueprint { settings, ..Blueprint::new(flow) }).unwrap();
        let saved = json!({ "current_stage": "c", "history": ["a", "b", "d", "c"], "data": { "x": 1 } });
        let state = compat::from_dict(&definition, &saved, &env(0)).unwrap();
        let mut session = Session { definition, state, seconds: 0 };
        assert_eq!(session.submit(json!({ "x": 2 })).view.stage.as_ref(), "d");
        assert_eq!(session.data(), json!({ "x": 2 }));
    }
}
