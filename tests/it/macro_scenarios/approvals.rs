//! Steps that a person decides about, with a handler that answers at once.

use serde_json::json;
use stepflow::{ApprovalDecision, ApprovalRequiredError, ErrorKind, Run, workflow};

use super::{Play as _, PlayAlone as _};
use crate::story::check;

struct Valve {
    state: Vec<&'static str>,
    jams: u32,
}

impl Valve {
    fn new() -> Self {
        Self { state: vec![], jams: 0 }
    }
}

steps! {
    #[workflow(state = Vec<&'static str>)]
    impl Valve {
        #[step]
        fn inspect(&mut self) {
            self.state.push("inspected");
        }

        #[step(approval(message = "Open the main valve?", metadata = { tier: 2, names: ["ana", "noor"] }), retry = 1)]
        fn open(&mut self) -> Result<(), String> {
            self.state.push("tried");
            if self.jams > 0 {
                self.jams -= 1;
                return Err("jammed".to_owned());
            }
            Ok(())
        }

        #[step]
        fn log(&mut self) {}
    }
}

#[test]
fn an_approved_step_runs_and_keeps_the_decision() {
    let mut asked = Vec::new();
    let result = Run::new(Valve::new())
        .answer(|request| {
            let state = request.state::<Vec<&'static str>>().unwrap();
            asked.push((request.step_name().to_owned(), request.message().map(str::to_owned), state.len()));
            assert_eq!(request.workflow_name(), "Valve");
            assert_eq!(json!(request.metadata()), json!({"tier": 2, "names": ["ana", "noor"]}));
            ApprovalDecision::approve().by("noor").because("pressure nominal").with_metadata("badge", 7)
        })
        .finish();
    check(&result, &["succeeded", "inspect succeeded", "open succeeded (approved)", "log succeeded"]);
    assert_eq!(asked, [("open".to_owned(), Some("Open the main valve?".to_owned()), 1)]);
    let decision = result.step("open").unwrap().approval_decision().unwrap();
    assert_eq!(
        (decision.decided_by.as_deref(), decision.reason.as_deref()),
        (Some("noor"), Some("pressure nominal"))
    );
    assert_eq!(decision.metadata["badge"], 7);
    assert!(result.step("open").unwrap().approval_required());
    assert!(!result.step("log").unwrap().approval_required());
}

#[test]
fn the_handler_is_asked_once_however_often_the_body_is_tried() {
    let mut asked = 0;
    let result = Run::new(Valve { jams: 1, ..Valve::new() })
        .answer(|_| {
            asked += 1;
            true
        })
        .finish();
    assert_eq!((asked, result.step("open").unwrap().attempts()), (1, 2));
}

#[test]
fn a_denied_step_does_not_run_and_fails_the_run() {
    let result =
        Run::new(Valve::new()).answer(|_| ApprovalDecision::deny().by("ana").because("too hot")).finish();
    check(
        &result,
        &[
            "failed: approval denied for step `open` by ana: too hot",
            "inspect succeeded",
            "open failed (denied): approval denied for step `open` by ana: too hot",
            "log skipped",
        ],
    );
    assert_eq!(result.error_kind(), Some(ErrorKind::ApprovalRequired));
    assert_eq!(result.step("open").unwrap().attempts(), 0);
    assert_eq!(result.state, ["inspected"]);
}

#[test]
fn without_handler_or_pause_a_gate_fails_the_run() {
    let result = Valve::new().finish();
    assert_eq!(result.error_kind(), Some(ErrorKind::ApprovalRequired));
    let error = result.step("open").unwrap().error().unwrap();
    assert!(
        matches!(error.downcast_ref(), Some(ApprovalRequiredError::NoHandler { step }) if step == "open")
    );
    let error = result.into_result().unwrap_err().to_string();
    assert!(error.starts_with("workflow `Valve` failed at step `open` after 0 attempts: "), "{error}");
}

#[test]
fn the_handlers_own_error_is_kept_and_costs_no_retry() {
    let mut asked = 0;
    let result = Run::new(Valve::new())
        .answer(|_| {
            asked += 1;
            Err::<bool, _>(std::io::Error::other("nobody at the desk"))
        })
        .finish();
    assert_eq!(asked, 1);
    assert_eq!(result.error_kind(), Some(ErrorKind::ApprovalHandler));
    let step = result.step("open").unwrap();
    assert_eq!((step.attempts(), step.approval_decision()), (0, None));
    assert!(step.error().unwrap().downcast_ref::<std::io::Error>().is_some());
}

struct Refund {
    state: &'static str,
}

steps! {
    #[workflow(state = &'static str)]
    impl Refund {
        #[step(approval(on_deny = explain), routes = { "paid" => END, "stuck" => explain })]
        fn pay(&mut self) -> &'static str {
            self.state = "paid";
            "paid"
        }

        #[step]
        fn explain(&mut self) {
            self.state = "explained";
        }
    }
}

#[test]
fn a_denial_can_lead_to_another_step() {
    let denied = Run::new(Refund { state: "" }).answer(|_| false).finish();
    check(
        &denied,
        &["succeeded", "pay failed -> explain (denied): approval denied for step `pay`", "explain succeeded"],
    );
    assert_eq!(denied.state, "explained");
    assert!(denied.route_trace().is_empty());
    let paid = Run::new(Refund { state: "" }).answer(|_| true).finish();
    check(&paid, &["succeeded", "pay succeeded = \"paid\" via paid (approved)", "explain skipped"]);
}

struct Plain {
    state: (),
}

steps! {
    #[workflow(state = ())]
    impl Plain {
        #[step(approval)]
        fn lift(&mut self) {}
    }
}

#[test]
fn a_gate_without_words_asks_without_words() {
    let result = Run::new(Plain { state: () })
        .answer(|request| {
            assert_eq!(request.message(), None);
            assert!(request.metadata().is_empty());
            Ok::<_, String>(true)
        })
        .finish();
    let decision = result.steps()[0].approval_decision().unwrap();
    assert_eq!((&decision.reason, decision.metadata.len()), (&None, 0));
}

scenarios! {
    an_approved_step_runs_and_keeps_the_decision,
    the_handler_is_asked_once_however_often_the_body_is_tried,
    a_denied_step_does_not_run_and_fails_the_run,
    without_handler_or_pause_a_gate_fails_the_run,
    the_handlers_own_error_is_kept_and_costs_no_retry,
    a_denial_can_lead_to_another_step,
    a_gate_without_words_asks_without_words,
}
