//! The golden scenarios of the specification, with our results. Those that need text or files stand with the
//! extraction and the loader.

use serde_json::json;
use stepflow_wizard::{
    Blueprint, Cause, Command, DiagnosticCode, EventKind, Flow, Function, Kind, Map, Patch, Refusal,
    Settings, Skip, Stage, SubflowCall, Text, Transition, Trigger, WizardError,
};

use crate::kit::{Session, asks, at, events, map, stands, when};

/// welcome → configure → complete.
fn three() -> Vec<Stage> {
    vec![
        Stage::new("welcome").transition(when("configure", "data.get('intent')")),
        Stage::new("configure").to("complete"),
        Stage::end("complete"),
    ]
}

#[test]
fn g1_an_answer_that_meets_the_condition_moves() {
    let mut session = Session::of(three());
    let outcome = session.submit(json!({ "intent": "build" }));
    assert_eq!(stands(&outcome), at("configure", Kind::Moved));
    assert_eq!(outcome.moved.unwrap().from.as_ref(), "welcome");
}

#[test]
fn g2_an_answer_that_does_not_stays_and_nothing_is_left() {
    let mut session = Session::of(three());
    let outcome = session.submit(json!({}));
    assert_eq!(stands(&outcome), at("welcome", Kind::Stayed));
    assert_eq!(outcome.moved, None);
    assert_eq!(events(&outcome), Vec::<String>::new());
}

#[test]
fn g3_the_last_answer_completes() {
    let mut session = Session::of(three());
    session.submit(json!({ "intent": "build" }));
    let outcome = session.submit(json!({}));
    assert_eq!(stands(&outcome), at("complete", Kind::Completed));
    assert_eq!(events(&outcome), ["exit configure", "enter complete", "complete complete"]);
}

#[test]
fn g4_back_goes_to_the_stage_before() {
    let mut session = Session::of(three());
    session.submit(json!({ "intent": "build" }));
    let outcome = session.back();
    assert_eq!(stands(&outcome), at("welcome", Kind::Moved));
    assert_eq!(outcome.view.values, map(json!({ "intent": "build" })));
}

#[test]
fn g5_back_is_refused_where_there_is_no_way() {
    let mut session = Session::of(three());
    let outcome = session.back();
    assert_eq!(stands(&outcome), at("welcome", Kind::Stayed));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::NavigationRefused);

    let mut stages = three();
    stages[1].can_go_back = false;
    let mut session = Session::of(stages.clone());
    session.submit(json!({ "intent": "build" }));
    assert_eq!(session.back().kind, Kind::Stayed);

    let settings = Settings { strict_navigation: true, ..Settings::default() };
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) });
    let WizardError::NavigationRefused(Refusal::AtTheStart(stage)) = session.refused(Command::back()) else {
        panic!()
    };
    assert_eq!(&*stage, "welcome");
    session.submit(json!({ "intent": "build" }));
    let WizardError::NavigationRefused(Refusal::BackNotAllowed(_)) = session.refused(Command::back()) else {
        panic!()
    };
}

fn skippable() -> Vec<Stage> {
    vec![
        Stage::new("welcome").transition(when("configure", "data.get('intent')")),
        Stage { can_skip: true, ..Stage::new("configure") }.to("complete"),
        Stage::end("complete"),
    ]
}

#[test]
fn g6_skip_passes_the_stage_with_the_events_of_a_move() {
    let mut session = Session::of(skippable());
    session.submit(json!({ "intent": "build" }));
    let outcome = session.skip();
    assert_eq!(stands(&outcome), at("complete", Kind::Completed));
    assert_eq!(events(&outcome), ["skip configure", "exit configure", "enter complete", "complete complete"]);
    assert!(session.state.frames()[0].page("configure").unwrap().is_skipped());
}

#[test]
fn g7_skip_without_a_way_on_changes_nothing() {
    let stages = vec![
        Stage { can_skip: true, ..Stage::new("level") }.transition(when("ready", "has('level')")),
        Stage::end("ready"),
    ];
    let mut session = Session::of(stages);
    let outcome = session.skip();
    assert_eq!(stands(&outcome), at("level", Kind::Stayed));
    assert_eq!((outcome.moved, events(&session.skip())), (None, Vec::new()));
    assert!(session.state.page("level").is_none());
}

#[test]
fn g8_restart_at_the_start_moves_nowhere() {
    let mut session = Session::of(three());
    let outcome = session.restart();
    assert_eq!(outcome.view.stage.as_ref(), "welcome");
    let moved = outcome.moved.unwrap();
    assert_eq!(moved.from, moved.to);
}

#[test]
fn g9_restart_seeds_the_wizard_anew_and_keeps_the_record() {
    let definition = stepflow_wizard::Definition::new(Blueprint::new(Flow::new("wizard", three()))).unwrap();
    let mut session = Session::begin_with(&definition, json!({ "source": "mail" }));
    session.submit(json!({ "intent": "build" }));
    let outcome = session.restart();
    assert_eq!(outcome.view.stage.as_ref(), "welcome");
    assert_eq!(session.data(), json!({ "source": "mail" }));
    assert_eq!(session.history(), ["welcome"]);
    let triggers: Vec<_> = session.state.log().map(|record| record.trigger).collect();
    assert_eq!(triggers, [Trigger::UserInput, Trigger::Restart]);
}

#[test]
fn g10_a_skip_default_passes_message_stages_to_the_end() {
    let stages = vec![
        Stage {
            can_skip: true,
            skip: Skip { default: Some(map(json!({ "name": "Anonymous" }))), overwrite: false },
            ..asks("name", "name", "string")
        }
        .to("hello"),
        Stage::message("hello", Text::parse("Welcome, {{ name }}!").unwrap()).to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    let outcome = session.skip();
    assert_eq!(stands(&outcome), at("done", Kind::Completed));
    assert_eq!(outcome.messages, ["Welcome, Anonymous!"]);
}

#[test]
fn g11_the_start_is_where_it_is_marked() {
    let stages = vec![
        Stage::new("second").to("done"),
        Stage { start: true, ..Stage::new("first") }.to("second"),
        Stage::end("done"),
    ];
    assert_eq!(Session::of(stages).state.stage(), "first");
}

#[test]
fn g12_the_history_begins_with_the_first_stage() {
    assert_eq!(Session::of(three()).history(), ["welcome"]);
}

/// city → (lodging: style → nights → booked) → summary → done.
fn trip() -> Blueprint {
    let lodging = Flow::new(
        "lodging",
        vec![
            asks("style", "style", "string").to("nights"),
            asks("nights", "nights", "integer").to("booked"),
            Stage::end("booked"),
        ],
    );
    let call = SubflowCall::new("lodging")
        .pass("city", "place")
        .pass("absent", "ghost")
        .take("style", "bed_style")
        .take("nights", "bed_nights")
        .take("nope", "never")
        .returning_to("summary");
    let city = Stage::new("city").schema(json!({
        "type": "object",
        "properties": { "city": { "type": "string" }, "need_bed": { "type": "boolean" } },
        "required": ["city"],
    }));
    let stages = vec![
        city.transition(Transition::into_subflow(call).when("data.get('need_bed')").unwrap())
            .transition(when("summary", "not data.get('need_bed')")),
        Stage::new("summary").to("done"),
        Stage::end("done"),
    ];
    Blueprint::new(Flow::new("trip", stages).subflow(lodging))
}

#[test]
fn g13_inside_a_called_flow_answers_move_within_it() {
    let mut session = Session::with(trip());
    session.submit(json!({ "city": "Oslo", "need_bed": true }));
    let outcome = session.submit(json!({ "style": "hut" }));
    assert_eq!(
        (outcome.view.stage.as_ref(), outcome.view.flow.as_ref(), outcome.view.depth),
        ("nights", "lodging", 1)
    );
}

#[test]
fn g14_the_end_of_a_called_flow_hands_its_results_back() {
    let mut session = Session::with(trip());
    session.submit(json!({ "city": "Oslo", "need_bed": true }));
    assert_eq!(session.current_data(), json!({ "place": "Oslo" }));
    session.submit(json!({ "style": "hut" }));
    let outcome = session.submit(json!({ "nights": 2 }));
    assert_eq!(outcome.view.stage.as_ref(), "summary");
    let expected = json!({ "city": "Oslo", "need_bed": true, "bed_style": "hut", "bed_nights": 2 });
    assert_eq!(session.data(), expected);
    assert_eq!(session.state.log().last().unwrap().depth, 0);
    assert_eq!(session.history(), ["city", "summary"]);
}

#[test]
fn g15_back_inside_a_called_flow() {
    let mut session = Session::with(trip());
    session.submit(json!({ "city": "Oslo", "need_bed": true }));
    session.submit(json!({ "style": "hut" }));
    assert_eq!(session.back().view.stage.as_ref(), "style");
    // At its first stage, back leaves the flow.
    let outcome = session.back();
    assert_eq!((outcome.view.stage.as_ref(), outcome.view.depth), ("city", 0));
}

#[test]
fn g16_a_transition_into_a_flow_is_taken() {
    let mut session = Session::with(trip());
    let outcome = session.submit(json!({ "city": "Oslo", "need_bed": true }));
    assert_eq!(stands(&outcome), at("style", Kind::Moved));
    assert_eq!(events(&outcome), ["exit city", "push city", "enter style"]);
}

#[test]
fn g17_the_lowest_priority_number_goes_first() {
    let stages = vec![
        Stage::new("start")
            .transition(Transition::to("late").priority(10))
            .transition(Transition::to("early").priority(0)),
        Stage::end("late"),
        Stage::end("early"),
    ];
    assert_eq!(Session::of(stages).submit(json!({})).view.stage.as_ref(), "early");
}

#[test]
fn g18_back_after_a_loop_goes_to_where_one_came_from() {
    let stages = vec![
        Stage::new("a").to("b"),
        Stage::new("b").to("c"),
        Stage::new("c").transition(when("a", "data.get('again')")).to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    session.submit(json!({}));
    session.submit(json!({}));
    assert_eq!(session.submit(json!({ "again": true })).view.stage.as_ref(), "a");
    assert_eq!(session.history(), ["a", "b", "c", "a"]);
    assert_eq!(session.back().view.stage.as_ref(), "c");
    assert_eq!(session.submit(json!({ "again": false })).kind, Kind::Completed);
}

#[test]
fn g19_a_chain_of_messages_stops_at_the_limit_and_says_so() {
    let mut stages = vec![Stage::new("gate").transition(when("c0", "data.get('go')"))];
    for index in 0..13 {
        let next = if index == 12 { "out".to_owned() } else { format!("c{}", index + 1) };
        stages.push(Stage::message(format!("c{index}"), format!("Door {index}")).to(next));
    }
    stages.push(Stage::end("out"));
    let mut session = Session::of(stages);
    let outcome = session.submit(json!({ "go": true }));
    assert_eq!((outcome.view.stage.as_ref(), outcome.messages.len()), ("c10", 10));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::AutoAdvanceLimit);
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);
}

#[test]
fn g20_a_cycle_of_messages_stops_at_the_limit() {
    let stages = vec![
        Stage::new("gate").to("tick"),
        Stage::message("tick", "tick").to("tock"),
        Stage::message("tock", "tock").to("tick"),
    ];
    let outcome = Session::of(stages).submit(json!({}));
    assert_eq!(outcome.messages.len(), 10);
    assert!(outcome.diagnostics.iter().any(|one| one.code == DiagnosticCode::AutoAdvanceLimit));
}

#[test]
fn g21_a_finished_wizard_is_all_of_the_way() {
    let stages = vec![
        Stage::new("a").transition(when("short", "data.get('short')")).to("b"),
        Stage::end("short"),
        Stage::new("b").to("long"),
        Stage::end("long"),
    ];
    let outcome = Session::of(stages).submit(json!({ "short": true }));
    assert_eq!((outcome.kind, outcome.view.progress), (Kind::Completed, 1.0));
}

#[test]
fn g25_g26_a_text_needs_an_extractor() {
    let mut session = Session::of(three());
    let text = Command::Submit(stepflow_wizard::Input::Text("build".to_owned()));
    assert!(matches!(session.refused(text), WizardError::ExtractorRequired));
}

#[test]
fn g30_a_routing_function_sets_what_the_condition_asks_for() {
    let grade = Function::new("grade", |context| {
        let kg = context.data.get("kg").and_then(serde_json::Value::as_u64).ok_or("no weight")?;
        Ok(Patch::new().set("band", if kg > 500 { "over" } else { "under" }))
    });
    let stages = vec![
        Stage { routing: vec![grade], ..Stage::new("load") }
            .transition(when("crane", "data.get('band') == 'over'"))
            .transition(when("forklift", "data.get('band') == 'under'")),
        Stage::end("crane"),
        Stage::end("forklift"),
    ];
    let mut session = Session::of(stages.clone());
    assert_eq!(session.submit(json!({ "kg": 900 })).view.stage.as_ref(), "crane");
    assert_eq!(session.data(), json!({ "kg": 900, "band": "over" }));
    assert_eq!(Session::of(stages).submit(json!({ "kg": 9 })).view.stage.as_ref(), "forklift");
}

#[test]
fn g32_what_holds_for_one_call_is_forgotten_with_the_next() {
    let settings = Settings { per_turn: ["again".into()].into(), ..Settings::default() };
    let stages = vec![
        Stage::new("a").to("b"),
        Stage::new("b").transition(when("done", "data.get('again') and data.get('sure')")),
        Stage::end("done"),
    ];
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) });
    session.submit(json!({}));
    assert_eq!(session.submit(json!({ "again": true })).kind, Kind::Stayed);
    assert_eq!(session.submit(json!({ "sure": true })).kind, Kind::Stayed);
    assert_eq!(session.data(), json!({ "sure": true }));
    assert_eq!(session.submit(json!({ "again": true })).kind, Kind::Completed);
}

#[test]
fn g33_a_value_that_is_none_of_the_choices_is_invalid() {
    let stages = vec![
        Stage::new("plan")
            .schema(json!({ "type": "object", "properties": { "plan": { "enum": ["free", "pro"] } } }))
            .transition(when("done", "data.get('plan')")),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    let outcome = session.submit(json!({ "plan": "gold" }));
    assert_eq!(outcome.kind, Kind::Invalid);
    assert_eq!(outcome.errors[0].to_string(), "plan: Must be one of: free, pro.");
    assert_eq!(outcome.view.values, map(json!({ "plan": "gold" })));
    assert_eq!(session.data(), json!({}));
}

#[test]
fn g34_a_finished_wizard_takes_no_answers() {
    let mut session = Session::of(three());
    session.submit(json!({ "intent": "build" }));
    session.submit(json!({}));
    let late = Command::Submit(stepflow_wizard::Input::Map(Map::new()));
    assert!(matches!(session.refused(late), WizardError::AlreadyCompleted));
}

#[test]
fn g36_every_state_is_json() {
    let stages = vec![
        Stage::new("a").to("b"),
        Stage::message("b", "Passing.").to("c"),
        Stage::new("c").to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    let outcome = session.submit(json!({ "x": 1.5 }));
    assert!(outcome.events.iter().any(|event| event.kind == EventKind::Entered(Cause::Auto)));
    let json = session.state.to_json().unwrap();
    let read = stepflow_wizard::State::from_json(&json).unwrap();
    assert_eq!(read, session.state);
    assert_eq!(read.to_json().unwrap(), json);
}
