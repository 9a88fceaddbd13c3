//! The engine by itself: commands out, inputs in, no clock and no bodies.

mod properties;

use serde_json::{Value, json};
use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
use stepflow::{ApprovalDecision, DefinitionRef, EventKind, HookError, StepError, StepOutcome};

use crate::by_hand::loaded;

const SECOND: u64 = 1_000_000_000;

/// A failure of the hook at this position.
fn hook_error(event: EventKind, hook: usize) -> HookError {
    let saved = json!({"event": event, "hook": hook, "causes": ["sink closed"]});
    serde_json::from_value(saved).unwrap()
}

/// Plays inputs, each a word, to an engine; gives its commands and how the record ends.
///
/// `ok`, `ok:key`, `err`, `fatal`, `panic` are outcomes of a body; `yes`, `no`, `lost` are decisions; `told`
/// and `deaf` are hooks that were told, and one that failed; `waited` and `stop` speak for themselves.
fn play(definition: DefinitionRef, gates: Gates, observed: bool, inputs: &str) -> String {
    let setup = Setup { at: Moment::from_nanos(0), gates, observed, seed: 1 };
    let mut engine = Engine::new(definition.clone(), "run".parse().unwrap(), setup);
    let mut said = vec![command(&definition, engine.begin())];
    for (nth, word) in inputs.split_whitespace().enumerate() {
        let at = Moment::from_nanos((nth as u64 + 1) * SECOND);
        let attempted = |outcome| Input::Attempted { outcome, children: vec![], at };
        let decided = |decision| Input::Decided { decision, at };
        let input = match word.split_once(':').unwrap_or((word, "")) {
            ("ok", "") => attempted(StepOutcome::succeeded(())),
            ("ok", key) => attempted(StepOutcome::succeeded(key.to_owned()).routed(key.to_owned())),
            ("err", _) => attempted(StepOutcome::failed("no")),
            ("fatal", _) => attempted(StepOutcome::failed("no").fatal()),
            ("yes", _) => decided(Ok(ApprovalDecision::approve())),
            ("no", _) => decided(Ok(ApprovalDecision::deny())),
            ("lost", _) => decided(Err(StepError::from_body("desk closed"))),
            ("told", _) => Input::Notified(vec![]),
            ("deaf", _) => Input::Notified(vec![hook_error(EventKind::StepStarted, 0)]),
            ("waited", _) => Input::Waited { at },
            ("stop", _) => Input::cancelled(at),
            _ => panic!("no such input: {word}"),
        };
        said.push(command(&definition, engine.handle(input)));
    }
    let record = engine.into_record();
    let steps = record.steps().iter().map(|step| step.status().to_string()).collect::<Vec<_>>().join(" ");
    format!("{} | {} | {steps}", said.join(", "), record.status())
}

fn command(definition: &DefinitionRef, command: Command) -> String {
    let name = |step: usize| definition.steps.get(step).map_or("-", |step| &*step.name).to_owned();
    match command {
        Command::Ask { step } => format!("ask {}", name(step)),
        Command::Attempt { step, attempt } => format!("run {}#{attempt}", name(step)),
        Command::Finish => "finish".to_owned(),
        Command::Notify(notice) => match notice.event {
            EventKind::StepFinished => format!("{} finished", name(notice.step)),
            EventKind::StepStarted => format!("{} started", name(notice.step)),
            EventKind::WorkflowFinished => "all finished".to_owned(),
            EventKind::WorkflowStarted => "all started".to_owned(),
            _ => "another event".to_owned(),
        },
        Command::Wait(wait) => format!("wait {wait:?}"),
        _ => "another command".to_owned(),
    }
}

#[track_caller]
fn check(steps: Value, inputs: &str, expected: &str) {
    check_with(steps, Gates::Ask, false, inputs, expected);
}

#[track_caller]
fn check_with(steps: Value, gates: Gates, observed: bool, inputs: &str, expected: &str) {
    let definition = loaded(json!({"name": "w", "steps": steps}));
    let got = play(definition.into(), gates, observed, inputs);
    assert_eq!(got, expected, "after {inputs:?}");
}

fn two() -> Value {
    json!([{"name": "a"}, {"name": "b"}])
}

#[test]
fn a_run_goes_through_its_steps() {
    check(two(), "ok ok", "run a#1, run b#1, finish | succeeded | succeeded succeeded");
    check(two(), "err", "run a#1, finish | failed | failed skipped");
    check(two(), "ok err", "run a#1, run b#1, finish | failed | succeeded failed");
}

#[test]
fn failures_are_retried_as_the_policy_says() {
    let steps = |retry: Value| json!([{"name": "a", "retry": retry}]);
    check(
        steps(json!({"times": 2})),
        "err err ok",
        "run a#1, run a#2, run a#3, finish | succeeded | succeeded",
    );
    check(steps(json!({"times": 1})), "err err", "run a#1, run a#2, finish | failed | failed");
    check(steps(json!({"times": 5})), "fatal", "run a#1, finish | failed | failed");
    let slow = json!({"times": 3, "delay": "1s", "backoff": "exponential", "max_delay": "3s"});
    check(
        steps(slow),
        "err waited err waited err waited err",
        "run a#1, wait 1s, run a#2, wait 2s, run a#3, wait 3s, run a#4, finish | failed | failed",
    );
}

#[test]
fn routes_lead_onward_or_nowhere() {
    let steps = json!([
        {"name": "a", "routes": [{"key": "x", "target": {"step": "c"}}, {"key": "y", "target": "end"}]},
        {"name": "b"},
        {"name": "c", "next": "end"},
        {"name": "d"},
    ]);
    let cases = [
        ("ok:x ok", "run a#1, run c#1, finish | succeeded | succeeded skipped succeeded skipped"),
        ("ok:y", "run a#1, finish | succeeded | succeeded skipped skipped skipped"),
        ("ok:z", "run a#1, finish | failed | failed skipped skipped skipped"),
        ("ok", "run a#1, finish | failed | failed skipped skipped skipped"),
    ];
    for (inputs, expected) in cases {
        check(steps.clone(), inputs, expected);
    }
}

#[test]
fn gates_are_asked_about_paused_at_or_refused() {
    let steps =
        || json!([{"name": "a"}, {"name": "b", "approval": {}, "retry": {"times": 1}}, {"name": "c"}]);
    let cases = [
        (
            Gates::Ask,
            "ok yes err ok ok",
            "run a#1, ask b, run b#1, run b#2, run c#1, finish | succeeded | succeeded succeeded succeeded",
        ),
        (Gates::Ask, "ok no", "run a#1, ask b, finish | failed | succeeded failed skipped"),
        (Gates::Ask, "ok lost", "run a#1, ask b, finish | failed | succeeded failed skipped"),
        (Gates::Pause, "ok", "run a#1, finish | paused | succeeded paused skipped"),
        (Gates::Refuse, "ok", "run a#1, finish | failed | succeeded failed skipped"),
        (Gates::RefuseInChild, "ok", "run a#1, finish | failed | succeeded failed skipped"),
    ];
    for (gates, inputs, expected) in cases {
        check_with(steps(), gates, false, inputs, expected);
    }
    let with_a_way_out =
        json!([{"name": "a", "approval": {"on_deny": {"step": "c"}}}, {"name": "b"}, {"name": "c"}]);
    check(with_a_way_out, "no ok", "ask a, run c#1, finish | succeeded | failed skipped succeeded");
}

#[test]
fn hooks_are_told_and_their_failures_count_once() {
    let observed = |inputs, expected| check_with(two(), Gates::Refuse, true, inputs, expected);
    observed(
        "told told ok told told ok told told",
        "all started, a started, run a#1, a finished, b started, run b#1, b finished, all finished, finish \
         | succeeded | succeeded succeeded",
    );
    observed("deaf", "all started, finish | failed | skipped skipped");
    observed("told deaf told", "all started, a started, all finished, finish | failed | failed skipped");
    observed(
        "told told ok deaf told",
        "all started, a started, run a#1, a finished, all finished, finish | failed | failed skipped",
    );
    observed(
        "told told ok told told ok told deaf",
        "all started, a started, run a#1, a finished, b started, run b#1, b finished, all finished, finish \
         | failed | succeeded succeeded",
    );
}

#[test]
fn what_was_not_asked_for_ends_the_run() {
    let cases = [
        ("told", "run a#1, finish | failed | failed skipped"),
        ("yes", "run a#1, finish | failed | failed skipped"),
        ("waited", "run a#1, finish | failed | failed skipped"),
        // A record that is taken too early is that of a failed run.
        ("", "run a#1 | failed | failed skipped"),
        ("ok", "run a#1, run b#1 | failed | succeeded failed"),
        // Once finished, it stays finished.
        (
            "ok ok ok no told waited",
            "run a#1, run b#1, finish, finish, finish, finish, finish | succeeded | succeeded succeeded",
        ),
    ];
    for (inputs, expected) in cases {
        check(two(), inputs, expected);
    }
    check_with(two(), Gates::Ask, true, "ok", "all started, finish | failed | skipped skipped");
}

#[test]
fn a_run_can_be_stopped_wherever_it_is() {
    let steps = json!([{"name": "a", "retry": {"times": 1, "delay": "1s"}}, {"name": "b", "approval": {}}]);
    let cases = [
        ("stop", "run a#1, finish | cancelled | cancelled skipped"),
        ("err stop", "run a#1, wait 1s, finish | cancelled | cancelled skipped"),
        ("ok stop", "run a#1, ask b, finish | cancelled | succeeded cancelled"),
        ("ok yes ok stop", "run a#1, ask b, run b#1, finish, finish | succeeded | succeeded succeeded"),
    ];
    for (inputs, expected) in cases {
        check(steps.clone(), inputs, expected);
    }
}

#[test]
fn a_definition_that_was_not_proven_fails_without_running() {
    use std::sync::Arc;

    use stepflow::WorkflowDefinition;
    let empty: DefinitionRef = Arc::new(WorkflowDefinition::new("empty", &[])).into();
    assert_eq!(play(empty, Gates::Ask, true, ""), "finish | failed | ");
}
