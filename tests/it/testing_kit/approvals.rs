//! People who answer from a script.

use serde_json::json;
use stepflow::testing::{Approvals, UnscriptedApproval};
use stepflow::{ApprovalDecision, ErrorKind, Run, StepOutcome};

use super::Acts;

const TWICE: &str = r#"{"name": "post", "max_visits": 3, "steps": [
    {"name": "write"},
    {"name": "send", "approval": {"message": "Send it?", "metadata": {"to": "all"}, "on_deny": {"step": "write"}}}
]}"#;

fn post() -> Acts<u32, impl FnMut(&mut u32, &mut stepflow::RunContext<'_>) -> StepOutcome> {
    Acts::new(TWICE, 0, |state, _| {
        *state += 1;
        StepOutcome::succeeded(())
    })
}

#[test]
fn answers_are_given_in_order_and_questions_remembered() {
    let no = ApprovalDecision::deny().because("a typo");
    let approvals = Approvals::script([("send", no), ("send", true.into()), ("send", true.into())]);
    let approvals = approvals.with_state::<u32>();
    let result = Run::new(post()).approval_handler(&approvals).run().into_result().unwrap();

    assert_eq!(result.state, 3);
    let requests = approvals.requests();
    let states: Vec<_> = requests.iter().map(|request| request.state.clone()).collect();
    assert_eq!(states, [Some(json!(1)), Some(json!(2))]);
    assert_eq!(requests[0].message.as_deref(), Some("Send it?"));
    assert_eq!(json!(requests[0].metadata), json!({ "to": "all" }));
    assert_eq!(approvals.unasked(), ["send"]);
}

#[test]
fn a_question_without_an_answer_fails_the_step_and_says_so() {
    let approvals = Approvals::script([("sned", true)]);
    let result = Run::new(post()).approval_handler(approvals.clone()).run();

    assert_eq!(result.error_kind(), Some(ErrorKind::ApprovalHandler));
    let error = result.step("send").and_then(|step| step.error()?.downcast_ref::<UnscriptedApproval>());
    assert_eq!(error.unwrap().to_string(), "no answer is left for step `send`; scripted: `sned`");
    assert_eq!(approvals.requests().len(), 1);
    assert_eq!(approvals.unasked(), ["sned"]);
}

#[test]
fn an_empty_script_says_that_it_is() {
    let result = Run::new(post()).approval_handler(Approvals::new()).run();
    assert_eq!(result.error().unwrap().to_string(), "no answer is left for step `send`; scripted: nothing");
}
