//! Somebody wants the run to stop: the same moments by every driver.

use std::sync::Mutex;
use std::time::Duration;

use stepflow::{
    BoxError, CancelToken, CancelledError, ErrorKind, EventKind, Failure, ResumeRefusal, Run, RunContext,
    SkipReason, StepStatus, WorkflowResult, WorkflowStatus, workflow,
};

use super::{Play as _, PlayAlone as _};
use crate::story::check;

struct Trip {
    state: Vec<String>,
    /// Used by the body of `pack`.
    token: Option<CancelToken>,
    forgets: bool,
}

impl Trip {
    fn new() -> Self {
        Self { state: Vec::new(), token: None, forgets: false }
    }

    fn note(&mut self, what: &str) {
        self.state.push(what.to_owned());
    }
}

steps! {
    #[workflow(state = Vec<String>)]
    impl Trip {
        #[step(retry = 1)]
        fn pack(&mut self) -> Result<u32, String> {
            self.note("pack");
            self.token.iter().for_each(CancelToken::cancel);
            if self.forgets { Err("no keys".to_owned()) } else { Ok(1) }
        }

        #[step(retry(times = 2, delay = "1h"))]
        fn call(&mut self, ctx: &mut RunContext<'_>) -> Result<(), String> {
            self.note("call");
            if ctx.attempt() == 1 { Err("busy".to_owned()) } else { Ok(()) }
        }

        #[step(after = "2h")]
        fn ride(&mut self) {
            self.note("ride");
        }

        #[step]
        fn arrive(&mut self) {
            self.note("arrive");
        }
    }
}

/// Runs, cancels at this event or at a wait of so long, and gives the events as well.
fn run(
    at: Option<(EventKind, Option<&str>)>,
    wait: Option<Duration>,
) -> (WorkflowResult<Vec<String>>, Vec<String>) {
    let token = CancelToken::new();
    let seen = Mutex::new(Vec::new());
    let result = Run::new(Trip::new())
        .cancel_on(token.clone())
        .watch(|event| {
            seen.lock().unwrap().push(format!("{} {}", event.kind(), event.step_name().unwrap_or("-")));
            if at == Some((event.kind(), event.step_name())) {
                token.cancel();
            }
        })
        .waits_with(|waited| {
            if wait == Some(waited) {
                token.cancel();
            }
        })
        .finish();
    (result, seen.into_inner().unwrap())
}

const CANCELLED: &str = "cancelled: the run was cancelled";

#[test]
fn a_run_that_is_cancelled_before_it_starts_runs_nothing_and_tells_its_hooks() {
    let token = CancelToken::new();
    token.cancel();
    let seen = Mutex::new(Vec::new());
    let result = Run::new(Trip::new())
        .cancel_on(token)
        .watch(|event| seen.lock().unwrap().push(event.kind()))
        .finish();
    check(&result, &[CANCELLED, "pack skipped", "call skipped", "ride skipped", "arrive skipped"]);
    assert_eq!(seen.into_inner().unwrap(), [EventKind::WorkflowStarted, EventKind::WorkflowFinished]);
    assert!(result.state.is_empty());
}

#[test]
fn a_run_that_is_cancelled_between_steps_keeps_what_was_done() {
    let (result, seen) = run(Some((EventKind::StepFinished, Some("call"))), None);
    check(&result, &[CANCELLED, "pack succeeded = 1", "call succeeded x2", "ride skipped", "arrive skipped"]);
    assert_eq!(result.state, ["pack", "call", "call"]);
    assert_eq!(seen[3..], ["StepStarted call", "StepFinished call", "WorkflowFinished -"]);
    for step in &result.steps()[2..] {
        assert_eq!(step.skip_reason(), Some(SkipReason::WorkflowCancelled));
        assert_eq!(step.skip_reason().unwrap().to_string(), "not reached because workflow cancelled");
    }
}

#[test]
fn a_step_that_has_started_when_the_run_is_cancelled_is_cancelled_without_an_attempt() {
    let (result, seen) = run(Some((EventKind::StepStarted, Some("call"))), None);
    check(&result, &[CANCELLED, "pack succeeded = 1", "call cancelled", "ride skipped", "arrive skipped"]);
    assert_eq!((result.steps()[1].attempts(), result.steps()[1].started_at().is_some()), (0, true));
    assert_eq!(seen[3..], ["StepStarted call", "StepFinished call", "WorkflowFinished -"]);
    assert_eq!(result.state, ["pack"]);
}

#[test]
fn a_wait_between_two_attempts_ends_when_the_run_is_cancelled() {
    let (result, seen) = run(None, Some(Duration::from_secs(60 * 60)));
    check(&result, &[CANCELLED, "pack succeeded = 1", "call cancelled", "ride skipped", "arrive skipped"]);
    assert_eq!(result.steps()[1].attempts(), 1);
    assert_eq!(seen[3..], ["StepStarted call", "StepFinished call", "WorkflowFinished -"]);
}

#[test]
fn a_wait_before_a_step_ends_when_the_run_is_cancelled_and_the_step_never_started() {
    let (result, seen) = run(None, Some(Duration::from_secs(2 * 60 * 60)));
    check(&result, &[CANCELLED, "pack succeeded = 1", "call succeeded x2", "ride skipped", "arrive skipped"]);
    assert_eq!(seen[4..], ["StepFinished call", "WorkflowFinished -"]);
}

#[test]
fn a_run_that_is_cancelled_after_its_last_step_has_succeeded() {
    let (result, _) = run(Some((EventKind::StepFinished, Some("arrive"))), None);
    assert!(result.is_succeeded());
    let (result, _) = run(Some((EventKind::WorkflowFinished, None)), None);
    assert!(result.is_succeeded());
}

#[test]
fn a_body_that_comes_to_its_end_in_spite_of_the_wish_has_run() {
    let token = CancelToken::new();
    let trip = Trip { token: Some(token.clone()), ..Trip::new() };
    let result = Run::new(trip).cancel_on(token).finish();
    check(&result, &[CANCELLED, "pack succeeded = 1", "call skipped", "ride skipped", "arrive skipped"]);
}

#[test]
fn a_body_that_fails_then_is_cancelled_and_not_tried_again_and_its_error_is_kept() {
    let token = CancelToken::new();
    let trip = Trip { token: Some(token.clone()), forgets: true, ..Trip::new() };
    let result = Run::new(trip).cancel_on(token).finish();
    check(&result, &[CANCELLED, "pack cancelled: no keys", "call skipped", "ride skipped", "arrive skipped"]);
    assert_eq!((result.steps()[0].attempts(), result.state.len()), (1, 1));
    assert_eq!(result.error_kind(), Some(ErrorKind::Cancelled));
}

#[test]
fn a_cancelled_result_is_an_error_and_cannot_be_resumed() {
    let (result, _) = run(Some((EventKind::StepFinished, Some("pack"))), None);
    assert_eq!(result.status(), WorkflowStatus::Cancelled);
    assert!(!result.is_succeeded() && !result.is_failed() && !result.is_paused());
    assert!(matches!(result.failure(), Some(Failure::Cancelled { .. })));
    assert!(result.error().unwrap().is::<CancelledError>());
    let saved = result.to_checkpoint().unwrap();
    let read = WorkflowResult::<Vec<String>>::from_checkpoint(&saved).unwrap();
    assert_eq!(read.to_checkpoint().unwrap(), saved);
    assert_eq!(read.error_kind(), Some(ErrorKind::Cancelled));
    let again = |state| Trip { state, ..Trip::new() };
    let refused = read.resume(again, true).unwrap_err();
    assert_eq!(*refused.refusal(), ResumeRefusal::NotPaused { status: WorkflowStatus::Cancelled });
    let error = result.into_result().unwrap_err();
    assert!(error.to_string().ends_with("the run was cancelled"), "{error}");
}

#[test]
fn a_token_that_nobody_uses_changes_nothing() {
    let result = Run::new(Trip::new()).cancel_on(CancelToken::new()).waits_with(|_| {}).finish();
    assert!(result.is_succeeded());
    assert_eq!(result.state, ["pack", "call", "call", "ride", "arrive"]);
}

struct Fleet {
    state: u32,
    token: CancelToken,
}

steps! {
    #[workflow(state = u32)]
    impl Fleet {
        #[step(retry = 2, on_failure = count)]
        fn send(&mut self, ctx: &mut RunContext<'_>) -> Result<(), BoxError> {
            let first = Trip { token: None, ..Trip::new() };
            ended!(ctx.run_child(first))?;
            let second = Trip { token: Some(self.token.clone()), ..Trip::new() };
            ended!(ctx.run_child(second))?;
            self.state += 1;
            Ok(())
        }

        #[step]
        fn count(&mut self) {
            self.state += 100;
        }
    }
}

#[test]
fn a_child_is_cancelled_with_its_parent_and_attached() {
    let token = CancelToken::new();
    let result =
        Run::new(Fleet { state: 0, token: token.clone() }).cancel_on(token).waits_with(|_| {}).finish();
    assert_eq!(result.status(), WorkflowStatus::Cancelled);
    assert_eq!(result.state, 0);
    let send = result.step("send").unwrap();
    assert_eq!((send.status(), send.attempts()), (StepStatus::Cancelled, 1));
    let children: Vec<_> = send.children().iter().map(|child| (child.status(), child.attempt())).collect();
    assert_eq!(children, [(WorkflowStatus::Succeeded, 1), (WorkflowStatus::Cancelled, 1)]);
    check(
        &send.children()[1],
        &[CANCELLED, "pack succeeded = 1", "call skipped", "ride skipped", "arrive skipped"],
    );
    assert_eq!(result.step("count").unwrap().skip_reason(), Some(SkipReason::WorkflowCancelled));
}

struct Rounds {
    state: u32,
    token: CancelToken,
}

steps! {
    #[workflow(state = u32, max_visits = 9)]
    impl Rounds {
        #[step(after = "1m")]
        fn walk(&mut self) -> u32 {
            self.state += 1;
            self.state
        }

        #[step(routes = { true => leave, false => walk })]
        fn look(&mut self) -> bool {
            if self.state == 3 {
                self.token.cancel();
            }
            false
        }

        #[step]
        fn leave(&mut self) {}
    }
}

#[test]
fn a_loop_that_is_cancelled_keeps_its_visits() {
    let token = CancelToken::new();
    let rounds = Rounds { state: 0, token: token.clone() };
    let result = Run::new(rounds).cancel_on(token).waits_with(|_| {}).finish();
    check(
        &result,
        &[CANCELLED, "walk succeeded = 3", "look succeeded = false via false -> walk", "leave skipped"],
    );
    assert_eq!((result.path().len(), result.steps()[0].visit(), result.steps()[1].visit()), (6, 3, 3));
}

#[test]
fn a_token_serves_any_number_of_runs() {
    let token = CancelToken::new();
    token.cancel();
    for _ in 0..2 {
        let result = Run::new(Trip::new()).cancel_on(token.clone()).finish();
        assert_eq!(result.status(), WorkflowStatus::Cancelled);
    }
    assert_eq!(Trip { forgets: true, ..Trip::new() }.finish().status(), WorkflowStatus::Failed);
}

scenarios! {
    a_run_that_is_cancelled_before_it_starts_runs_nothing_and_tells_its_hooks,
    a_run_that_is_cancelled_between_steps_keeps_what_was_done,
    a_step_that_has_started_when_the_run_is_cancelled_is_cancelled_without_an_attempt,
    a_wait_between_two_attempts_ends_when_the_run_is_cancelled,
    a_wait_before_a_step_ends_when_the_run_is_cancelled_and_the_step_never_started,
    a_run_that_is_cancelled_after_its_last_step_has_succeeded,
    a_body_that_comes_to_its_end_in_spite_of_the_wish_has_run,
    a_body_that_fails_then_is_cancelled_and_not_tried_again_and_its_error_is_kept,
    a_cancelled_result_is_an_error_and_cannot_be_resumed,
    a_token_that_nobody_uses_changes_nothing,
    a_child_is_cancelled_with_its_parent_and_attached,
    a_loop_that_is_cancelled_keeps_its_visits,
    a_token_serves_any_number_of_runs,
}
