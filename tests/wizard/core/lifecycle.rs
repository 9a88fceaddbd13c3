//! Events, messages, records, tasks, repeated calls.

use serde_json::json;
use stepflow_wizard::{
    Blueprint, Call, Command, CompletedBy, Flow, HookPolicy, Kind, RecordQuery, Settings, Snapshots, Stage,
    Task, TaskStatus, Text, Trigger, WizardError,
};

use crate::kit::{Session, asks, events, map, when};

fn corridor(settings: Settings) -> Session {
    let stages = vec![
        Stage::new("outer").transition(when("middle", "data.get('a')")),
        Stage::message("middle", Text::parse("Passing {{ a }}.").unwrap()).to("inner"),
        Stage { can_skip: true, ..Stage::new("inner") }.to("open"),
        Stage::end("open"),
    ];
    Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) })
}

#[test]
fn every_stage_that_is_left_and_entered_says_so() {
    let mut session = corridor(Settings::default());
    let outcome = session.submit(json!({ "a": 1 }));
    assert_eq!(outcome.messages, ["Passing 1."]);
    assert_eq!(events(&outcome), ["exit outer", "enter middle", "pass middle", "exit middle", "enter inner"]);
    assert_eq!(events(&session.back()), ["exit inner", "enter outer"]);
    assert_eq!(events(&session.restart()), ["exit outer", "restart outer", "enter outer"]);
}

#[test]
fn the_table_of_the_original_can_be_had() {
    let compat = |consistent_lifecycle| Settings {
        hooks: HookPolicy::Compat { consistent_lifecycle },
        ..Settings::default()
    };
    let mut session = corridor(compat(true));
    assert_eq!(events(&session.submit(json!({}))), ["exit outer"]);
    assert_eq!(events(&session.submit(json!({ "a": 1 }))), ["exit outer", "enter inner"]);
    assert_eq!(events(&session.back()), ["enter outer"]);
    session.submit(json!({}));
    assert_eq!(events(&session.skip()), ["enter open", "complete open"]);
    assert_eq!(events(&session.restart()), ["restart outer"]);

    let mut session = corridor(compat(false));
    session.submit(json!({ "a": 1 }));
    assert_eq!(events(&session.back()), Vec::<String>::new());
    session.submit(json!({}));
    assert_eq!(events(&session.skip()), Vec::<String>::new());
}

#[test]
fn a_template_that_fails_changes_nothing() {
    let stages = vec![
        Stage::new("a").to("hello"),
        Stage::message("hello", Text::parse_strict("Hello {{ nobody }}.").unwrap()).to("b"),
        Stage::end("b"),
    ];
    let mut session = Session::of(stages);
    let error = session.refused(Command::submit([("x", 1)]));
    let WizardError::TemplateFailed { stage, .. } = error else { panic!("{error}") };
    assert_eq!(&*stage, "hello");
}

#[test]
fn records_tell_names_and_times_and_no_values() {
    let stages = vec![
        asks("a", "a", "integer").transition(when("b", "has('a')")),
        asks("b", "secret", "string").to("done"),
        Stage::end("done"),
    ];
    let mut session = Session::of(stages);
    session.seconds = 30;
    session.submit(json!({ "a": 1 }));
    session.submit(json!({ "secret": "hush" }));
    let records: Vec<_> = session.state.log().collect();
    assert_eq!(records[0].condition.as_deref(), Some("has('a')"));
    assert_eq!((records[0].transition, records[0].duration_ms), (Some(0), 31_000));
    assert_eq!(records[1].changed, ["secret".into()]);
    assert!(records.iter().all(|record| record.data.is_none()));
    let query = RecordQuery { from: Some("b".into()), ..RecordQuery::default() };
    assert_eq!(session.state.records(&query).len(), 1);
    let stats = session.state.stats();
    assert_eq!(
        (stats.total, stats.unique_paths, stats.most_common_trigger),
        (2, 2, Some(Trigger::UserInput))
    );
    assert_eq!(stats.average_duration_ms, 16_000.0);
}

#[test]
fn full_snapshots_mask_what_must_not_be_shown() {
    let stages = vec![
        Stage::new("a")
            .schema(
                json!({ "type": "object", "properties": { "pin": { "type": "string", "writeOnly": true } } }),
            )
            .to("done"),
        Stage::end("done"),
    ];
    let settings = Settings { snapshots: Snapshots::Full, ..Settings::default() };
    let mut session = Session::with(Blueprint { settings, ..Blueprint::new(Flow::new("wizard", stages)) });
    session.submit(json!({ "pin": "1234" }));
    assert_eq!(session.state.log().next().unwrap().data, Some(map(json!({ "pin": "•••" }))));
}

#[test]
fn time_that_runs_backwards_makes_no_negative_durations() {
    let mut session =
        Session::of(vec![Stage::new("a").to("b"), Stage::new("b").to("done"), Stage::end("done")]);
    session.seconds = 100;
    session.submit(json!({}));
    session.seconds = 10;
    session.submit(json!({}));
    assert_eq!(session.state.log().last().unwrap().duration_ms, 0);
}

#[test]
fn tasks_are_there_from_the_start_and_complete_when_they_are_done() {
    let task = |id: &str, completed_by| Task { completed_by, ..Task::new(id) };
    let mut first = asks("badge", "badge", "string").to("desk");
    first.tasks = vec![
        task("given", CompletedBy::FieldExtraction("badge".into())),
        task("left", CompletedBy::StageExit),
    ];
    let mut second = Stage::new("desk").to("done");
    second.tasks =
        vec![Task { depends_on: vec!["signed".into()], ..task("desk_left", CompletedBy::StageExit) }];
    let blueprint = Blueprint {
        tasks: vec![Task::new("signed")],
        ..Blueprint::new(Flow::new("wizard", vec![first, second, Stage::end("done")]))
    };
    let mut session = Session::with(blueprint);
    let status = |session: &Session, id: &str| session.state.task(id).unwrap().status;
    session.submit(json!({}));
    assert_eq!(status(&session, "left"), TaskStatus::Pending, "nobody has left");
    session.submit(json!({ "badge": "B-1" }));
    assert_eq!(
        (status(&session, "given"), status(&session, "left")),
        (TaskStatus::Completed, TaskStatus::Completed)
    );
    assert_eq!(session.state.task_progress(), 50.0);
    let ids: Vec<_> = session.state.available_tasks().map(|task| task.id.to_string()).collect();
    assert_eq!(ids, ["signed"]);
    assert!(matches!(session.refused(Command::CompleteTask("desk_left".into())), WizardError::Task { .. }));
    assert_eq!(session.call(Command::CompleteTask("signed".into())).kind, Kind::Saved);
    session.submit(json!({}));
    assert_eq!(session.state.task_progress(), 100.0);
    session.restart();
    assert_eq!(status(&session, "left"), TaskStatus::Pending);
}

#[test]
fn a_repeated_call_changes_nothing_and_a_stale_one_is_refused() {
    let mut session =
        Session::of(vec![Stage::new("a").to("b"), Stage::new("b").to("done"), Stage::end("done")]);
    let call = || Call::from(Command::submit([("x", 1)])).with_id("once");
    session.call(call());
    let before = session.state.clone();
    let outcome = session.call(call());
    assert_eq!((outcome.kind, outcome.view.stage.as_ref()), (Kind::Repeated, "b"));
    assert_eq!(session.state, before);
    let stale = session.refused(Call::from(Command::Skip).at_rev(0));
    assert!(matches!(stale, WizardError::StaleRevision { expected: 0, actual: 1 }));
}

#[test]
fn a_cancelled_wizard_can_only_be_started_over() {
    let mut session = Session::of(vec![Stage::new("a").to("done"), Stage::end("done")]);
    assert_eq!(session.call(Command::Cancel).kind, Kind::Cancelled);
    assert!(matches!(session.refused(Command::back()), WizardError::Cancelled));
    assert_eq!(session.restart().view.stage.as_ref(), "a");
    assert_eq!(session.submit(json!({})).kind, Kind::Completed);
}

#[test]
fn drafts_are_kept_without_moving() {
    let mut session = Session::of(vec![asks("a", "a", "integer").to("done"), Stage::end("done")]);
    let outcome = session.call(Command::SaveDraft(map(json!({ "a": "thinking" }))));
    assert_eq!(outcome.kind, Kind::Saved);
    assert_eq!(
        session.definition.view(&session.state, &session.env()).unwrap().values,
        map(json!({ "a": "thinking" }))
    );
    assert_eq!(session.submit(json!({ "a": 1 })).kind, Kind::Completed);
}
