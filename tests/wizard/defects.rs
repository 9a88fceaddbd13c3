//! The defects of the original (B-01 to B-30), one by one: none of them is here.
//!
//! More of B-19 stands with the conditions, of B-23 with the templates, of B-17 and B-28 with the loader.

use serde_json::json;
use stepflow_wizard::compat::{self, AdvanceResult};
use stepflow_wizard::template::{Escape, Template, TemplateContext};
use stepflow_wizard::{
    Blueprint, Call, Collect, Command, Definition, DiagnosticCode, Env, EventKind, Flow, FlowSettings,
    Function, Kind, Patch, Settings, Skip, Stage, StageKind, State, SubflowCall, Task, TaskStatus, Text,
    Transition, WizardError, advance,
};

use crate::kit::{Session, asks, env, events, map, when};

fn two() -> Vec<Stage> {
    vec![
        asks("name", "name", "string").to("city"),
        asks("city", "city", "string").to("done"),
        Stage::end("done"),
    ]
}

#[test]
fn b01_two_people_on_one_definition_never_meet() {
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", two()))).unwrap();
    let (mut ada, mut bo) = (Session::begin(&definition), Session::begin(&definition));
    ada.submit(json!({ "name": "Ada" }));
    bo.submit(json!({ "name": "Bo" }));
    ada.submit(json!({ "city": "Turin" }));
    assert_eq!(ada.data(), json!({ "name": "Ada", "city": "Turin" }));
    assert_eq!(bo.data(), json!({ "name": "Bo" }));
    assert_eq!(bo.state.stage(), "city");
}

#[test]
fn b02_collected_items_are_in_the_state() {
    let stages = vec![
        Stage { kind: StageKind::Collect(Collect::new("guests")), ..asks("guests", "name", "string") }
            .to("done"),
        Stage::end("done"),
    ];
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", stages))).unwrap();
    let (mut ada, bo) = (Session::begin(&definition), Session::begin(&definition));
    ada.call(Command::AddItem(map(json!({ "name": "Cy" }))));
    let state = State::from_json(&ada.state.to_json().unwrap()).unwrap();
    assert_eq!(state.page("guests").unwrap().items().len(), 1);
    assert!(bo.state.page("guests").is_none());
}

#[test]
fn b03_no_input_can_force_a_transition() {
    let stages = vec![Stage::new("pin").transition(when("open", "data.get('verified')")), Stage::end("open")];
    let mut session = Session::of(stages);
    for key in ["_transition_signal", "_skipped_pin", "_", "__proto__"] {
        let error = session.refused(Command::submit([(key, "open")]));
        assert!(matches!(error, WizardError::ReservedKey(_)));
        let draft = session.refused(Command::SaveDraft(map(json!({ key: "open" }))));
        assert!(matches!(draft, WizardError::ReservedKey(_)));
    }
    assert!(session.definition.begin_with(map(json!({ "_x": 1 })), &env(0)).is_err());
    assert_eq!(session.submit(json!({})).kind, Kind::Stayed);
}

#[test]
fn b04_answers_are_checked_and_only_what_is_asked_for_is_taken() {
    let mut session = Session::of(two());
    assert_eq!(session.submit(json!({ "name": 5 })).kind, Kind::Invalid);
    assert_eq!(session.submit(json!({ "name": "Ada", "city": "Turin" })).kind, Kind::Invalid);
    assert_eq!(session.data(), json!({}));
}

fn with_flow(return_to: &str, condition: &str) -> Flow {
    let quick = Flow::new("quick", vec![asks("ask", "pick", "string").to("fin"), Stage::end("fin")]);
    let call = SubflowCall::new("quick").take("pick", "kind").returning_to(return_to);
    let stages = vec![
        Stage::new("a").transition(Transition::into_subflow(call).when(condition).unwrap()).to("b"),
        Stage::new("b").to("done"),
        Stage::end("done"),
    ];
    Flow::new("wizard", stages).subflow(quick)
}

#[test]
fn b05_a_flow_is_called_and_blocks_nothing() {
    let mut session = Session::with(Blueprint::new(with_flow("b", "data.get('gift')")));
    assert_eq!(session.submit(json!({ "gift": true })).view.stage.as_ref(), "ask");
    let mut session = Session::with(Blueprint::new(with_flow("b", "data.get('gift')")));
    assert_eq!(session.submit(json!({})).view.stage.as_ref(), "b");
}

#[test]
fn b06_flows_nest() {
    let inner = Flow::new("inner", vec![Stage::new("deep").to("fin"), Stage::end("fin")]);
    let call = |name: &str| Transition::into_subflow(SubflowCall::new(name).returning_to("end"));
    let outer = Flow::new("outer", vec![Stage::new("middle").transition(call("inner")), Stage::end("end")])
        .subflow(inner);
    let main = Flow::new("main", vec![Stage::new("top").transition(call("outer")), Stage::end("end")])
        .subflow(outer);
    let mut session = Session::with(Blueprint::new(main));
    session.submit(json!({}));
    let outcome = session.submit(json!({}));
    assert_eq!((outcome.view.flow.as_ref(), outcome.view.depth), ("outer/inner", 2));
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);
}

#[test]
fn b07_a_restart_inside_a_called_flow_leaves_it() {
    let mut session = Session::with(Blueprint::new(with_flow("b", "true")));
    session.submit(json!({}));
    session.restart();
    assert_eq!((session.state.depth(), session.state.stage()), (0, "a"));
    assert_eq!(session.submit(json!({})).view.stage.as_ref(), "ask");
}

#[test]
fn b08_a_restart_begins_as_the_first_time() {
    let mut blueprint = Blueprint::new(Flow::new("wizard", two()));
    blueprint.tasks = vec![Task::new("sign")];
    let definition = Definition::new(blueprint).unwrap();
    let mut session = Session::begin_with(&definition, json!({ "source": "mail" }));
    session.submit(json!({ "name": "Ada" }));
    session.call(Command::CompleteTask("sign".into()));
    session.restart();
    assert_eq!(session.data(), json!({ "source": "mail" }));
    assert_eq!(session.state.task("sign").unwrap().status, TaskStatus::Pending);
}

#[test]
fn b09_back_goes_to_where_one_came_from() {
    let stages = vec![
        Stage::new("a").to("b"),
        Stage::message("b", "Passing.").to("c"),
        Stage::new("c").transition(when("a", "data.get('again')")).to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    session.submit(json!({}));
    session.submit(json!({ "again": true }));
    assert_eq!(session.state.stage(), "a");
    assert_eq!(session.back().view.stage.as_ref(), "c");
    assert_eq!(session.back().view.stage.as_ref(), "a");
    assert_eq!(session.back().kind, Kind::Stayed);
}

#[test]
fn b10_back_from_an_end_opens_the_wizard() {
    let mut session = Session::of(two());
    session.submit(json!({ "name": "Ada" }));
    assert!(session.submit(json!({ "city": "Turin" })).state.is_completed());
    assert!(!session.back().state.is_completed());
}

#[test]
fn b11_commands_are_a_closed_list() {
    // An unknown word cannot be written down; what words stand for is asked first.
    let session = Session::of(two());
    assert_eq!(session.definition.detect_navigation("", "name", "sideways"), None);
}

#[test]
fn b12_a_skip_that_leads_nowhere_leaves_no_trace() {
    let stages = vec![
        Stage {
            can_skip: true,
            skip: Skip { default: Some(map(json!({ "x": 1 }))), overwrite: true },
            ..Stage::new("a")
        }
        .transition(when("done", "has('y')")),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    let before = session.state.clone();
    let outcome = session.skip();
    assert_eq!((outcome.kind, outcome.moved.is_none(), events(&outcome).len()), (Kind::Stayed, true, 0));
    assert_eq!(session.state.frames(), before.frames());
}

#[test]
fn b13_a_state_is_json_after_every_call() {
    let stages = vec![Stage::new("a").to("b"), Stage::message("b", "Passing.").to("c"), Stage::end("c")];
    let mut session = Session::of(stages);
    session.submit(json!({}));
    assert_eq!(State::from_json(&session.state.to_json().unwrap()).unwrap(), session.state);
}

#[test]
fn b14_priorities_count() {
    let stages = vec![
        Stage::new("a")
            .transition(Transition::to("second").priority(2))
            .transition(Transition::to("first").priority(1)),
        Stage::end("second"),
        Stage::end("first"),
    ];
    assert_eq!(Session::of(stages).submit(json!({})).view.stage.as_ref(), "first");
}

fn failing(at_transition: bool) -> Session {
    let fails = || Function::new("fails", |_| Err("the scale is broken".into()));
    let sets = || Function::new("sets", |_| Ok(Patch::new().set("half", true)));
    let stage = Stage::new("a");
    let stage = if at_transition {
        stage.transition(Transition::to("done").transform(sets()).transform(fails()))
    } else {
        Stage { routing: vec![sets(), fails()], ..stage }.to("done")
    };
    Session::of(vec![stage, Stage::end("done")])
}

#[test]
fn b15_b16_a_function_that_fails_moves_nothing_and_says_so() {
    for at_transition in [false, true] {
        let mut session = failing(at_transition);
        let error = session.refused(Command::submit([("x", 1)]));
        let WizardError::TransformFailed { stage, function, source } = error else { panic!("{error}") };
        assert_eq!((&*stage, &*function, source.to_string().as_str()), ("a", "fails", "the scale is broken"));
        assert_eq!(session.data(), json!({}));
    }
}

#[test]
fn b17_functions_see_the_whole_context_and_patches_add_up() {
    let context = Function::new("stamp", |context| {
        assert_eq!((context.stage, context.target, context.flow), ("a", Some("done"), ""));
        Ok(Patch::new().set("stamp", format!("{} {}", context.config["by"], context.data["x"])).remove("old"))
    })
    .configured(json!({ "by": 7 }));
    let second = Function::new("second", |context| {
        assert_eq!(context.data["stamp"], "7 1");
        Ok(Patch::new().set("seen", context.data.contains_key("old")))
    });
    let stages = vec![
        Stage::new("a").transition(Transition::to("done").transform(context).transform(second)),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    session.submit(json!({ "x": 1, "old": 2 }));
    assert_eq!(session.data(), json!({ "x": 1, "stamp": "7 1", "seen": false }));
}

#[test]
fn b18_a_flow_that_returns_to_an_end_completes_the_wizard() {
    let mut session = Session::with(Blueprint::new(with_flow("done", "true")));
    session.submit(json!({}));
    let outcome = session.submit(json!({ "pick": "magnet" }));
    assert_eq!(outcome.kind, Kind::Completed);
    assert_eq!(outcome.events.iter().filter(|event| event.kind == EventKind::Completed).count(), 1);
}

#[test]
fn b19_a_condition_that_fails_counts_as_false_and_says_so() {
    let stages = vec![Stage::new("a").transition(when("done", "data['missing'] > 1")), Stage::end("done")];
    let outcome = Session::of(stages.clone()).submit(json!({}));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::ConditionFailed);
    let settings = Settings { strict_conditions: true, ..Settings::default() };
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) });
    assert!(matches!(session.refused(Command::submit([("x", 1)])), WizardError::ConditionFailed { .. }));
    assert!(Transition::to("done").when("data.get('x' >").is_err());
}

#[test]
fn b20_a_finished_wizard_takes_nothing() {
    let mut session = Session::of(two());
    session.submit(json!({ "name": "Ada" }));
    session.submit(json!({ "city": "Turin" }));
    for command in
        [Command::submit([("x", 1)]), Command::Skip, Command::SaveDraft(map(json!({}))), Command::Cancel]
    {
        assert!(matches!(session.refused(command), WizardError::AlreadyCompleted));
    }
}

#[test]
fn b21_the_log_does_not_grow_with_the_answers_nor_keep_them() {
    let stages = vec![asks("a", "x", "string").to("b"), Stage::new("b").transition(when("a", "true"))];
    let mut session = Session::of(stages);
    let long = "y".repeat(1000);
    for _ in 0..50 {
        session.submit(json!({ "x": long }));
        session.submit(json!({}));
    }
    session.restart();
    let json = session.state.to_json().unwrap();
    assert!(!json.contains("yyy"));
    assert!(json.len() < 40_000, "{}", json.len());
}

#[test]
fn b22_texts_are_rendered_in_the_result() {
    let stages = vec![
        Stage::new("guest").to("dish"),
        Stage { suggestions: vec![Text::parse("Soup for {{ guest }}").unwrap()], ..Stage::new("dish") }
            .prompt(Text::parse("What will {{ guest }} eat?").unwrap()),
    ];
    let outcome = Session::of(stages).submit(json!({ "guest": "Ada" }));
    assert_eq!(outcome.view.prompt.as_ref(), "What will Ada eat?");
    assert_eq!(outcome.view.suggestions, ["Soup for Ada".into()]);
}

#[test]
fn b23_what_people_type_is_printed_and_never_run() {
    let prompt = "{{ guest }} is {{ guest | length }}, {{ guest.__class__ }}{{ data.guest }}";
    let stages =
        vec![Stage::new("guest").to("dish"), Stage::new("dish").prompt(Text::parse(prompt).unwrap())];
    let outcome = Session::of(stages).submit(json!({ "guest": "{{ 7 * 7 }} <b>" }));
    assert_eq!(outcome.view.prompt.as_ref(), "{{ 7 * 7 }} <b> is 15, {{ 7 * 7 }} <b>");
    let template = Template::parse("{{ guest }}").unwrap();
    let data = map(json!({ "guest": "<b>" }));
    assert_eq!(template.render(&TemplateContext::new(&data), Escape::Html).unwrap(), "&lt;b&gt;");
}

#[test]
fn b24_skipping_runs_what_answering_runs_and_defaults_fill_gaps() {
    let sets = Function::new("sets", |_| Ok(Patch::new().set("routed", true)));
    let stages = vec![
        Stage {
            can_skip: true,
            skip: Skip { default: Some(map(json!({ "x": 0, "y": 0 }))), overwrite: false },
            routing: vec![sets],
            ..Stage::new("a")
        }
        .transition(Transition::to("b").derive("lane", json!("parcel")).when("data.get('routed')").unwrap()),
        Stage::new("b"),
    ];
    let mut session = Session::of(stages);
    session.submit(json!({ "x": 5 }));
    session.back();
    session.skip();
    assert_eq!(session.data(), json!({ "x": 5, "y": 0, "routed": true, "lane": "parcel" }));
}

#[test]
fn b25_nothing_is_left_unless_it_is_left() {
    let mut stage = Stage::new("a").transition(when("done", "data.get('x')"));
    stage.tasks = vec![Task { completed_by: stepflow_wizard::CompletedBy::StageExit, ..Task::new("left") }];
    let mut session = Session::of(vec![stage, Stage::end("done")]);
    assert_eq!(events(&session.submit(json!({}))), Vec::<String>::new());
    assert_eq!(session.state.task("left").unwrap().status, TaskStatus::Pending);
    session.submit(json!({ "x": 1 }));
    assert_eq!(session.state.task("left").unwrap().status, TaskStatus::Completed);
}

#[test]
fn b26_newer_fields_are_passed_over_and_newer_formats_refused() {
    let session = Session::of(two());
    let json = session.state.to_json().unwrap();
    let newer = json.replacen('{', "{\"invented_later\":{\"deep\":[1]},", 1);
    assert_eq!(State::from_json(&newer).unwrap(), session.state);
    assert!(State::from_json(&json.replace("\"format\":1", "\"format\":2")).is_err());
    let original = json!({ "current_stage": "name", "transitions": [
        { "from_stage": "name", "to_stage": "city", "invented_later": true }
    ] });
    assert!(compat::from_dict(&session.definition, &original, &env(0)).is_ok());
}

#[test]
fn b27_time_is_handed_in() {
    let definition = Definition::new(Blueprint::new(Flow::new("wizard", two()))).unwrap();
    let run = || {
        let state = definition.begin(&env(0)).unwrap().state;
        advance(&definition, state, Command::submit([("name", "Ada")]), &env(5)).unwrap()
    };
    assert_eq!(run(), run());
    assert_eq!(run().state.entered_at(), env(5).now);
}

#[test]
fn b28_a_called_flow_keeps_its_own_settings() {
    let quick = Flow {
        settings: FlowSettings { auto_advance_filled: Some(true), ..FlowSettings::default() },
        ..Flow::new("quick", vec![asks("ask", "pick", "string").to("fin"), Stage::end("fin")])
    };
    let call = SubflowCall::new("quick").pass("gift", "pick").take("pick", "kind").returning_to("b");
    let stages = vec![
        asks("a", "gift", "string").transition(Transition::into_subflow(call)),
        asks("b", "gift", "string").to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::with(Blueprint::new(Flow::new("wizard", stages).subflow(quick)));
    // The called flow passes what is filled; the one around it does not.
    assert_eq!(session.submit(json!({ "gift": "magnet" })).view.stage.as_ref(), "b");
}

#[test]
fn b29_a_state_from_outside_is_checked_before_it_is_used() {
    let session = Session::of(two());
    let json = session.state.to_json().unwrap();
    let jumped = State::from_json(&json.replace("\"stage\":\"name\"", "\"stage\":\"city\"")).unwrap();
    let mut session = Session { state: jumped, ..session };
    // A cursor that was moved by hand completes nothing: the answers must lead to the end.
    let outcome = session.submit(json!({ "city": "Turin" }));
    assert_eq!((outcome.kind, outcome.view.stage.as_ref()), (Kind::Moved, "name"));
    assert_eq!(outcome.diagnostics[0].code, DiagnosticCode::Reopened);
    assert!(!outcome.state.is_completed());
}

#[test]
fn b30_a_call_that_is_sent_twice_is_carried_out_once() {
    let mut session = Session::of(two());
    let call = || Call::from(Command::submit([("name", "Ada")])).with_id("7f3a");
    session.call(call());
    assert_eq!(session.call(call()).kind, Kind::Repeated);
    assert_eq!((session.state.rev(), session.state.stage()), (1, "city"));
    let outcome = session.call(call());
    let result = AdvanceResult::of(&session.definition, &outcome, &Env::at(env(1).now)).unwrap();
    assert!(!result.transitioned);
}
