//! Runs that wait for a person, and go on later.

use serde::{Deserialize, Serialize};
use stepflow::{ApprovalDecision, ResumeRefusal, Run, StepStatus, WorkflowResult, WorkflowStatus, workflow};

use super::Play as _;
use crate::story::check;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Log(Vec<String>);

struct Launch {
    state: Log,
}

impl Launch {
    fn paused() -> WorkflowResult<Log> {
        Run::new(Self { state: Log::default() }).pause_on_approval().finish()
    }

    fn again(state: Log) -> Self {
        Self { state }
    }

    fn note(&mut self, what: &str) {
        self.state.0.push(what.to_owned());
    }
}

steps! {
    #[workflow(state = Log)]
    impl Launch {
        #[step]
        fn prepare(&mut self) {
            self.note("prepared");
        }

        #[step(approval = "Turn the first key?")]
        fn first_key(&mut self) {
            self.note("first");
        }

        #[step(approval)]
        fn second_key(&mut self) -> &'static str {
            self.note("second");
            "turned"
        }

        #[step]
        fn launch(&mut self) {
            self.note("launched");
        }
    }
}

#[test]
fn a_paused_run_says_where_it_waits_and_for_what() {
    let paused = Launch::paused();
    check(
        &paused,
        &["paused", "prepare succeeded", "first_key paused", "second_key skipped", "launch skipped"],
    );
    let pause = paused.pause().unwrap();
    assert_eq!((pause.workflow_name(), pause.step_name(), pause.step_index()), ("Launch", "first_key", 1));
    assert_eq!(pause.message(), Some("Turn the first key?"));
    assert!(pause.metadata().is_empty());
    assert_eq!(paused.step("first_key").unwrap().attempts(), 0);
    assert_eq!(
        paused.step("launch").unwrap().skip_reason().unwrap().to_string(),
        "not reached because workflow paused"
    );
    // It is neither a success nor a failure.
    assert!(paused.into_result().is_ok());
}

#[test]
fn a_resumed_run_pauses_at_later_gates_until_all_are_decided() {
    let paused = Launch::paused();
    let (run_id, started_at) = (paused.run_id().clone(), paused.started_at());
    let paused = paused.resume(Launch::again, true).unwrap().finish();
    check(
        &paused,
        &[
            "paused",
            "prepare succeeded",
            "first_key succeeded (approved)",
            "second_key paused",
            "launch skipped",
        ],
    );
    let result = paused.resume(Launch::again, ApprovalDecision::approve().by("noor")).unwrap().finish();
    check(
        &result,
        &[
            "succeeded",
            "prepare succeeded",
            "first_key succeeded (approved)",
            "second_key succeeded = \"turned\" (approved)",
            "launch succeeded",
        ],
    );
    assert_eq!(result.state.0, ["prepared", "first", "second", "launched"]);
    assert_eq!((result.run_id(), result.started_at()), (&run_id, started_at));
    assert!(result.pause().is_none());
}

#[test]
fn a_denial_ends_a_resumed_run() {
    let result = Launch::paused().resume(Launch::again, false).unwrap().finish();
    check(
        &result,
        &[
            "failed: approval denied for step `first_key`",
            "prepare succeeded",
            "first_key failed (denied): approval denied for step `first_key`",
            "second_key skipped",
            "launch skipped",
        ],
    );
    let reason = result.step("launch").unwrap().skip_reason().unwrap();
    assert_eq!(reason.to_string(), "not reached because workflow failed");
}

#[test]
fn a_handler_given_to_a_resumed_run_answers_the_later_gates() {
    let mut asked = Vec::new();
    let result = Launch::paused()
        .resume(Launch::again, true)
        .unwrap()
        .answer(|request| {
            asked.push(request.step_name().to_owned());
            true
        })
        .finish();
    assert!(result.is_succeeded());
    assert_eq!(asked, ["second_key"]);
}

#[test]
fn a_resumed_run_that_never_pauses_fails_at_the_next_gate() {
    let result = Launch::paused().resume(Launch::again, true).unwrap().never_pause().finish();
    assert_eq!(result.status(), WorkflowStatus::Failed);
    assert_eq!(result.step("first_key").unwrap().status(), StepStatus::Succeeded);
    assert_eq!(result.step("second_key").unwrap().status(), StepStatus::Failed);
}

#[test]
fn with_a_handler_nothing_pauses() {
    let run = Run::new(Launch { state: Log::default() }).pause_on_approval().answer(|_| true);
    assert!(run.finish().is_succeeded());
}

#[test]
fn a_result_that_is_not_paused_cannot_be_resumed_and_is_given_back() {
    let finished = Run::new(Launch { state: Log::default() }).answer(|_| true).finish();
    let error = finished.resume(Launch::again, true).unwrap_err();
    assert_eq!(*error.refusal(), ResumeRefusal::NotPaused { status: WorkflowStatus::Succeeded });
    assert!(error.to_string().ends_with("cannot be resumed: it is not paused, it has succeeded"), "{error}");
    let given_back = error.into_paused();
    assert_eq!(given_back.state.0.len(), 4);
    assert!(given_back.is_succeeded());
}

struct Other {
    state: Log,
}

steps! {
    #[workflow(state = Log)]
    impl Other {
        #[step(approval)]
        fn first_key(&mut self) {}
    }
}

#[test]
fn another_workflow_cannot_go_on_with_a_paused_run() {
    let error = Launch::paused().resume(|state| Other { state }, true).unwrap_err();
    let refusal = ResumeRefusal::OtherWorkflow { paused: "Launch".to_owned(), built: "Other".to_owned() };
    assert_eq!(*error.refusal(), refusal);
    // Nothing is lost: the right workflow can still go on.
    assert!(error.into_paused().resume(Launch::again, true).is_ok());
}

struct Choice {
    state: Log,
}

steps! {
    #[workflow(state = Log)]
    impl Choice {
        #[step(routes = { "manual" => sign_off, "auto" => bypass })]
        fn pick(&mut self) -> &'static str {
            "manual"
        }

        #[step]
        fn bypass(&mut self) {}

        #[step(approval, routes = { "ok" => END, "again" => last })]
        fn sign_off(&mut self) -> &'static str {
            "ok"
        }

        #[step]
        fn last(&mut self) {}
    }
}

#[test]
fn a_paused_routed_run_goes_on_routing_and_its_skip_reasons_are_fresh() {
    let paused = Run::new(Choice { state: Log::default() }).pause_on_approval().finish();
    assert_eq!(paused.route_trace().len(), 1);
    let result = paused.resume(|state| Choice { state }, true).unwrap().finish();
    check(
        &result,
        &[
            "succeeded",
            "pick succeeded = \"manual\" via manual -> sign_off",
            "bypass skipped",
            "sign_off succeeded = \"ok\" via ok (approved)",
            "last skipped",
        ],
    );
    assert_eq!(result.route_trace().len(), 2);
    for step in ["bypass", "last"] {
        let reason = result.step(step).unwrap().skip_reason().unwrap();
        assert_eq!(reason.to_string(), "not reached because workflow ended");
    }
}

scenarios! {
    a_paused_run_says_where_it_waits_and_for_what,
    a_resumed_run_pauses_at_later_gates_until_all_are_decided,
    a_denial_ends_a_resumed_run,
    a_handler_given_to_a_resumed_run_answers_the_later_gates,
    a_resumed_run_that_never_pauses_fails_at_the_next_gate,
    with_a_handler_nothing_pauses,
    a_result_that_is_not_paused_cannot_be_resumed_and_is_given_back,
    another_workflow_cannot_go_on_with_a_paused_run,
    a_paused_routed_run_goes_on_routing_and_its_skip_reasons_are_fresh,
}
