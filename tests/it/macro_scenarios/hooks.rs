//! Observers: what they see, and what their failures do.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use stepflow::{
    BoxError, ErrorKind, EventKind, Run, StepStatus, WorkflowEvent, WorkflowHook, WorkflowResult,
    WorkflowStatus, workflow,
};

use super::Play as _;
use crate::story::{check, story};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Heat(u32);

#[derive(Default)]
struct Kiln {
    state: Heat,
    broken: bool,
}

steps! {
    #[workflow(state = Heat)]
    impl Kiln {
        #[step]
        fn load(&mut self) -> u32 {
            self.state.0 += 1;
            self.state.0
        }

        #[step(approval, retry = 1)]
        fn fire(&mut self) -> Result<&'static str, String> {
            self.state.0 += 1;
            if self.broken { Err("coil open".to_owned()) } else { Ok("hot") }
        }

        #[step]
        fn cool(&mut self) {}
    }
}

/// One line an event.
fn line(event: &WorkflowEvent<'_>) -> String {
    let heat = event.state::<Heat>().unwrap().0;
    match event {
        WorkflowEvent::StepFinished(finished) => {
            let step = finished.step();
            format!("{} {} x{} at {heat}", step.name(), step.status(), step.attempts())
        }
        WorkflowEvent::StepStarted(started) => format!("{} started at {heat}", started.step_name()),
        WorkflowEvent::WorkflowFinished(finished) => format!("{} at {heat}", finished.record().status()),
        _ => format!("started at {heat}"),
    }
}

#[test]
fn events_come_in_order_with_the_state_of_their_moment() {
    let mut seen = Vec::new();
    let result = Run::new(Kiln { broken: true, ..Kiln::default() })
        .watch(|event| seen.push(line(event)))
        .answer(|_| true)
        .finish();
    assert!(result.is_failed());
    assert_eq!(
        seen,
        [
            "started at 0",
            "load started at 0",
            "load succeeded x1 at 1",
            "fire started at 1",
            "fire failed x2 at 3",
            "failed at 3",
        ]
    );
}

#[test]
fn a_step_starts_before_it_is_asked_about() {
    let seen = Mutex::new(Vec::new());
    let result = Run::new(Kiln::default())
        .watch(|event| seen.lock().unwrap().push(line(event)))
        .answer(|request| {
            seen.lock().unwrap().push(format!("{} asked about", request.step_name()));
            false
        })
        .finish();
    assert!(result.is_failed());
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen[3..], ["fire started at 1", "fire asked about", "fire failed x0 at 1", "failed at 1"]);
}

#[test]
fn a_resumed_run_starts_again_where_it_waited() {
    let paused = Run::new(Kiln::default()).pause_on_approval().finish();
    let run_id = paused.run_id().clone();
    let mut seen = Vec::new();
    let resumed = paused.resume(|state| Kiln { state, broken: false }, true).unwrap();
    let result = resumed
        .watch(|event| {
            assert_eq!(event.run_id(), &run_id);
            seen.push(line(event));
        })
        .finish();
    assert!(result.is_succeeded());
    assert_eq!(
        seen,
        [
            "started at 1",
            "fire started at 1",
            "fire succeeded x1 at 2",
            "cool started at 2",
            "cool succeeded x1 at 2",
            "succeeded at 2",
        ]
    );
}

/// Fails at one kind of event of one step.
struct Sink(EventKind, Option<&'static str>);

impl WorkflowHook for Sink {
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
        let here = event.kind() == self.0 && (self.1.is_none() || event.step_name() == self.1);
        if here { Err("sink closed".into()) } else { Ok(()) }
    }
}

fn run(broken: bool, sink: Sink) -> WorkflowResult<Heat> {
    Run::new(Kiln { broken, ..Kiln::default() }).hook(sink).answer(|_| true).finish()
}

#[test]
fn a_hook_that_fails_at_the_start_of_the_run_keeps_every_step_from_running() {
    let result = run(false, Sink(EventKind::WorkflowStarted, None));
    check(
        &result,
        &[
            "failed: hook 1 failed while handling WorkflowStarted",
            "load skipped",
            "fire skipped",
            "cool skipped",
        ],
    );
    assert_eq!(result.error_kind(), Some(ErrorKind::HookExecution));
    let error = result.into_result().unwrap_err();
    assert_eq!(
        error.to_string(),
        "workflow `Kiln` failed outside step execution: hook 1 failed while handling WorkflowStarted"
    );
    let hook = std::error::Error::source(&error).unwrap();
    assert_eq!(hook.source().unwrap().to_string(), "sink closed");
}

#[test]
fn a_hook_that_fails_at_the_start_of_a_step_keeps_its_body_from_running() {
    let mut seen = Vec::new();
    let result = Run::new(Kiln::default())
        .hook(Sink(EventKind::StepStarted, Some("fire")))
        .watch(|event| seen.push(line(event)))
        .answer(|_| -> bool { panic!("nobody is to be asked") })
        .finish();
    check(
        &result,
        &[
            "failed: hook 1 failed while handling StepStarted of step `fire`",
            "load succeeded = 1",
            "fire failed: hook 1 failed while handling StepStarted of step `fire`",
            "cool skipped",
        ],
    );
    // The later hook saw the event too; the step did not finish, the run did.
    assert_eq!(seen[3..], ["fire started at 1", "failed at 1"]);
}

#[test]
fn a_hook_that_fails_after_a_step_fails_it_and_keeps_what_it_did() {
    let result = run(false, Sink(EventKind::StepFinished, Some("fire")));
    check(
        &result,
        &[
            "failed: hook 1 failed while handling StepFinished of step `fire`",
            "load succeeded = 1",
            "fire failed = \"hot\" (approved): hook 1 failed while handling StepFinished of step `fire`",
            "cool skipped",
        ],
    );
    assert_eq!(result.output(Kiln::FIRE).unwrap(), &"hot");
}

#[test]
fn a_hook_that_fails_at_the_end_fails_the_run_and_no_step() {
    let result = run(false, Sink(EventKind::WorkflowFinished, None));
    assert_eq!(result.status(), WorkflowStatus::Failed);
    assert!(result.steps().iter().all(|step| step.status() == StepStatus::Succeeded));
    assert_eq!(result.hook_errors().len(), 1);
}

#[test]
fn a_hooks_failure_never_replaces_a_steps_own_error() {
    for event in [EventKind::StepFinished, EventKind::WorkflowFinished] {
        let step = (event == EventKind::StepFinished).then_some("fire");
        let result = run(true, Sink(event, step));
        assert_eq!(result.error().unwrap().to_string(), "coil open");
        assert_eq!(result.step("fire").unwrap().error().unwrap().to_string(), "coil open");
        assert_eq!(result.hook_errors()[0].event(), event);
        assert_eq!(result.hook_errors()[0].step_name(), step);
    }
}

#[test]
fn a_hooks_failure_never_undoes_a_pause() {
    for event in [EventKind::StepFinished, EventKind::WorkflowFinished] {
        let step = (event == EventKind::StepFinished).then_some("fire");
        let paused = Run::new(Kiln::default()).hook(Sink(event, step)).pause_on_approval().finish();
        check(&paused, &["paused", "load succeeded = 1", "fire paused", "cool skipped"]);
        assert_eq!(paused.hook_errors().len(), 1);
        let resumed = paused.resume(|state| Kiln { state, broken: false }, true).unwrap().finish();
        assert!(resumed.is_succeeded());
    }
}

#[test]
fn a_hook_that_fails_at_the_start_of_a_resume_loses_nothing() {
    for event in [EventKind::WorkflowStarted, EventKind::StepStarted] {
        let paused = Run::new(Kiln::default()).pause_on_approval().finish();
        let result = paused
            .resume(|state| Kiln { state, broken: false }, true)
            .unwrap()
            .hook(Sink(event, None))
            .finish();
        assert!(result.is_failed());
        assert_eq!(result.output(Kiln::LOAD).unwrap(), &1, "{}", story(&result));
        assert!(result.step("fire").unwrap().approval_decision().unwrap().approved);
        let reason = result.step("cool").unwrap().skip_reason().unwrap();
        assert_eq!(reason.to_string(), "not reached because workflow failed");
    }
}

#[test]
fn every_hook_sees_every_event_and_the_first_failure_counts() {
    let mut seen = 0;
    let result = Run::new(Kiln::default())
        .hook(Sink(EventKind::StepFinished, Some("load")))
        .watch(|_| {
            seen += 1;
            Err::<(), _>(std::io::Error::other("also closed"))
        })
        .finish();
    assert_eq!(seen, 1);
    let failed: Vec<_> = result.hook_errors().iter().map(|error| (error.event(), error.hook())).collect();
    assert_eq!(failed, [(EventKind::WorkflowStarted, 1)]);

    let result = Run::new(Kiln::default())
        .hook(Sink(EventKind::StepFinished, Some("load")))
        .hook(Sink(EventKind::StepFinished, Some("load")))
        .finish();
    assert_eq!(result.hook_errors().len(), 2);
    assert_eq!(
        result.error().unwrap().to_string(),
        "hook 1 failed while handling StepFinished of step `load`"
    );
}

scenarios! {
    events_come_in_order_with_the_state_of_their_moment,
    a_step_starts_before_it_is_asked_about,
    a_resumed_run_starts_again_where_it_waited,
    a_hook_that_fails_at_the_start_of_the_run_keeps_every_step_from_running,
    a_hook_that_fails_at_the_start_of_a_step_keeps_its_body_from_running,
    a_hook_that_fails_after_a_step_fails_it_and_keeps_what_it_did,
    a_hook_that_fails_at_the_end_fails_the_run_and_no_step,
    a_hooks_failure_never_replaces_a_steps_own_error,
    a_hooks_failure_never_undoes_a_pause,
    a_hook_that_fails_at_the_start_of_a_resume_loses_nothing,
    every_hook_sees_every_event_and_the_first_failure_counts,
}
