//! The golden scenarios of the specification, with our results. Those that need a text (G22 to G24) stand with the
//! extraction.

use serde_json::{Value, json};
use stepflow_wizard::values::{ExtractionHints, Field, GroundingOptions, recover_booleans};
use stepflow_wizard::{
    Blueprint, Cause, Command, Definition, DefinitionCode, DiagnosticCode, Event, EventKind, Extracted, Flow,
    Function, Functions, Input, Kind, Map, Parity, Patch, Refusal, Settings, Skip, Stage, State, SubflowCall,
    Text, Transition, Trigger, WizardError, load,
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
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", three()))).unwrap();
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
    let text = Command::Submit(Input::Text("build".to_owned()));
    assert!(matches!(session.refused(text), WizardError::ExtractorRequired));
}

#[test]
fn g27_values_become_what_the_schema_asks_for() {
    let tools = json!({ "type": "array", "items": { "type": "string", "enum": ["saw", "drill", "lathe"] } });
    for (schema, said, expected) in [
        (json!({ "type": "string", "enum": ["free", "pro"] }), "Pro plan", json!("pro")),
        (json!({ "type": "integer" }), "5", json!(5)),
        (tools, "all", json!(["saw", "drill", "lathe"])),
    ] {
        let field = Field::new("field", &schema).unwrap();
        let value = field.normalise(json!(said), &ExtractionHints::default()).into_value();
        assert_eq!(value, expected, "{said}");
    }
    let confirmed = Field::new("confirmed", &json!({ "type": "boolean" })).unwrap();
    let found = recover_booleans([&confirmed], "yes ok", &ExtractionHints::default());
    assert_eq!(found.get("confirmed"), Some(&true));
}

#[test]
fn g28_a_value_that_nobody_said_replaces_none() {
    let plan = Field::new("plan", &json!({ "type": "string", "enum": ["free", "pro"] })).unwrap();
    let options = GroundingOptions::default();
    let admitted = |existing: Option<&Value>| {
        plan.admit(&json!("pro"), existing, "what does that cost?", &options).accepted
    };
    assert!(!admitted(Some(&json!("free"))));
    assert!(admitted(None) && admitted(Some(&Value::Null)));
    assert!(plan.admit(&json!("pro"), Some(&json!("free")), "pro, please", &options).accepted);
}

#[test]
fn g29_what_an_extractor_is_not_sure_of_moves_nothing() {
    let stages = || vec![asks("pet", "name", "string").to("done"), Stage::end("done")];
    let found = |values: Value, confidence| {
        Command::Submit(Input::Extracted(Box::new(Extracted::new(map(values), confidence))))
    };
    let mut session = Session::of(stages());
    // Incomplete: asked again. Complete, and not sure: shown once more before it counts.
    let outcome = session.call(found(json!({}), 0.3));
    assert_eq!(stands(&outcome), at("pet", Kind::Incomplete));
    assert!(outcome.missing.contains("name"));
    let outcome = session.call(found(json!({ "name": "Rex" }), 0.3));
    assert_eq!(stands(&outcome), at("pet", Kind::Confirm));
    assert_eq!(outcome.view.values, map(json!({ "name": "Rex" })));
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);

    // The original goes on, and so does whoever asks for its rules.
    let settings = Settings::in_parity_with(Parity::Dataknobs069);
    let flow = Flow::new("wizard", stages());
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(flow) });
    assert_eq!(session.call(found(json!({}), 0.3)).kind, Kind::Completed);
}

#[test]
fn g30_a_routing_function_sets_what_the_condition_asks_for() {
    let grade = Function::new("grade", |context| {
        let kg = context.data.get("kg").and_then(Value::as_u64).ok_or("no weight")?;
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
fn g31_a_routing_function_that_nobody_registered_is_a_mistake_in_the_definition() {
    let text = "stages:\n- name: a\n  routing_transforms: [grade]\n  transitions: [{target: b}]\n- {name: b, is_end: true}\n";
    let errors = load::from_yaml(text, &Functions::new()).unwrap_err().errors;
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error.code, DefinitionCode::UnknownFunction);
    assert_eq!(error.path, "stages[0].routing_transforms[0]");
    let grade = Functions::new().transform("grade", |_| Ok(Patch::new()));
    assert!(load::from_yaml(text, &grade).is_ok());
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
    let late = Command::Submit(Input::Map(Map::new()));
    assert!(matches!(session.refused(late), WizardError::AlreadyCompleted));
}

/// Two people, whose calls and hooks take turns.
#[tokio::test]
async fn g35_a_hook_that_waits_sees_its_own_person_only() {
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", three()))).unwrap();
    let person = |secret| {
        let mut session = Session::begin(&definition);
        async move {
            let outcome = session.submit(json!({ "intent": secret }));
            let told = exit_hook(&outcome.events, &outcome.state).await;
            session.submit(json!({}));
            (told, session.data())
        }
    };
    let (alpha, beta) = tokio::join!(person("alpha"), person("beta"));
    for ((told, data), secret) in [(alpha, "alpha"), (beta, "beta")] {
        assert_eq!(told, [format!("left welcome with {secret}")]);
        assert_eq!(data, json!({ "intent": secret }));
    }
}

/// Waits before it looks, as a hook does that talks to a database.
async fn exit_hook(events: &[Event], state: &State) -> Vec<String> {
    tokio::task::yield_now().await;
    let exits = events.iter().filter(|event| matches!(event.kind, EventKind::Exited(_)));
    let intent =
        state.page("welcome").and_then(|page| page.answers()["intent"].as_str()).unwrap_or("nothing");
    exits.map(|event| format!("left {} with {intent}", event.stage)).collect()
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
    let read = State::from_json(&json).unwrap();
    assert_eq!(read, session.state);
    assert_eq!(read.to_json().unwrap(), json);
}
