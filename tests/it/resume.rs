//! Checkpoints that no longer fit what they are resumed on, or that were tampered with.

use serde_json::{Value, json};
use stepflow::{CancelToken, ResumeRefusal, Run, StepStatus, WorkflowResult, WorkflowStatus};

use crate::by_hand::{ByHand, loaded};

type Paused = WorkflowResult<Vec<String>>;

fn original() -> Value {
    json!({
        "name": "refund", "version": 1,
        "steps": [
            {"name": "check", "description": "Looks the order up.", "retry": {"times": 1}},
            {"name": "decide", "routes": [
                {"key": "pay", "target": {"step": "pay"}}, {"key": "deny", "target": {"step": "deny"}},
            ]},
            {"name": "pay", "next": "end", "approval": {"message": "Pay?", "on_deny": {"step": "deny"}}},
            {"name": "deny"},
            {"name": "archive"},
        ],
    })
}

/// A run of `original` that waits at `pay`, as saved.
fn saved() -> String {
    let workflow = ByHand::new(loaded(original())).body(|step, _| {
        if step == 1 {
            stepflow::StepOutcome::succeeded("pay").routed("pay")
        } else {
            stepflow::StepOutcome::succeeded(())
        }
    });
    let paused = Run::new(workflow).pause_on_approval().run();
    assert_eq!(paused.pause().unwrap().step_name(), "pay");
    paused.to_checkpoint().unwrap()
}

/// Resumes the saved run on an edited definition.
fn resume_on(edit: impl FnOnce(&mut Value)) -> Result<(), Vec<String>> {
    let mut now = original();
    edit(&mut now);
    let written = saved();
    let paused = Paused::from_checkpoint(&written).unwrap();
    let error = match paused.resume(|state| ByHand::again(loaded(now), state), true) {
        Ok(run) => {
            assert!(run.run().is_succeeded());
            return Ok(());
        }
        Err(error) => error,
    };
    let differences = match error.refusal() {
        ResumeRefusal::DefinitionChanged { differences } => {
            differences.iter().map(ToString::to_string).collect()
        }
        other => vec![other.to_string()],
    };
    // A refusal names its reasons and gives the result back as it was.
    for difference in &differences {
        assert!(error.to_string().contains(difference.as_str()), "{error}");
    }
    assert_eq!(error.into_paused().to_checkpoint().unwrap(), written);
    Err(differences)
}

#[test]
fn a_changed_definition_is_refused_with_the_difference_named() {
    type Edit = fn(&mut Value);
    let table: &[(&str, Edit, &[&str])] = &[
        (
            "a step renamed",
            |now| now["steps"][0]["name"] = json!("look up"),
            &["step 1 was `check` and is `look up` now"],
        ),
        (
            "two steps moved",
            |now| now["steps"].as_array_mut().unwrap().swap(3, 4),
            &["step `deny` moved from place 4 to 5", "step `archive` moved from place 5 to 4"],
        ),
        (
            "a step added",
            |now| now["steps"].as_array_mut().unwrap().push(json!({"name": "thank"})),
            &["step `thank` was added at place 6"],
        ),
        (
            "a step removed",
            |now| drop(now["steps"].as_array_mut().unwrap().pop()),
            &["step `archive` was removed"],
        ),
        (
            "a key leads elsewhere",
            |now| now["steps"][1]["routes"][1]["target"] = json!("end"),
            &["route `deny` of step `decide` led to `deny` and leads to END now"],
        ),
        (
            "a key renamed",
            |now| now["steps"][1]["routes"][1]["key"] = json!("refuse"),
            &[
                "route `deny` of step `decide` led to `deny` and leads on now",
                "route `refuse` of step `decide` led on and leads to `deny` now",
            ],
        ),
        (
            "keys in another order",
            |now| now["steps"][1]["routes"].as_array_mut().unwrap().swap(0, 1),
            &["the routes of step `decide` stand in another order"],
        ),
        (
            "`next` leads elsewhere",
            |now| now["steps"][2]["next"] = json!({"step": "archive"}),
            &["`next` of step `pay` led to END and leads to `archive` now"],
        ),
        (
            "`next` is gone",
            |now| now["steps"][2]["next"] = Value::Null,
            &["`next` of step `pay` led to END and leads on now"],
        ),
        (
            "a denial leads elsewhere",
            |now| now["steps"][2]["approval"]["on_deny"] = json!("end"),
            &["`on_deny` of step `pay` led to `deny` and leads to END now"],
        ),
        (
            "a gate added",
            |now| now["steps"][4]["approval"] = json!({}),
            &["step `archive` asks for an approval now"],
        ),
        (
            "a gate removed",
            |now| {
                now["steps"][2].as_object_mut().unwrap().remove("approval");
            },
            &[
                "step `pay` asks for no approval any more",
                "`on_deny` of step `pay` led to `deny` and leads on now",
            ],
        ),
        ("the version raised", |now| now["version"] = json!(2), &["the version was 1 and is 2 now"]),
        (
            "the workflow renamed",
            |now| now["name"] = json!("reimbursement"),
            &["it is a run of `refund`, and the workflow to go on with is `reimbursement`"],
        ),
        (
            "several things at once",
            |now| {
                now["version"] = json!(9);
                now["steps"][4]["name"] = json!("file");
            },
            &["the version was 1 and is 9 now", "step 5 was `archive` and is `file` now"],
        ),
    ];
    for (what, edit, expected) in table {
        assert_eq!(resume_on(edit), Err(expected.iter().map(|text| (*text).to_owned()).collect()), "{what}");
    }
}

#[test]
fn what_a_saved_run_does_not_depend_on_may_change() {
    assert_eq!(resume_on(|_| {}), Ok(()));
    assert_eq!(resume_on(|now| now["steps"][0]["description"] = json!("Finds the order.")), Ok(()));
    assert_eq!(resume_on(|now| now["steps"][0]["retry"] = json!({"times": 5, "delay": "1s"})), Ok(()));
    assert_eq!(resume_on(|now| now["retry"] = json!({"times": 2})), Ok(()));
    assert_eq!(resume_on(|now| now["steps"][2]["approval"]["message"] = json!("Pay it?")), Ok(()));
    assert_eq!(resume_on(|now| now["steps"][2]["approval"]["metadata"] = json!({"tier": 3})), Ok(()));
}

#[test]
fn a_checkpoint_that_contradicts_itself_is_refused_and_given_back() {
    type Edit = fn(&mut Value);
    let table: &[(&str, Edit)] = &[
        ("the pause at another step", |saved| saved["record"]["pause"]["step_index"] = json!(3)),
        ("the pause beyond the steps", |saved| saved["record"]["pause"]["step_index"] = json!(usize::MAX)),
        ("the pause of another name", |saved| saved["record"]["pause"]["step_name"] = json!("deny")),
        ("another fingerprint", |saved| {
            saved["record"]["pause"]["fingerprint"] = json!("0123456789abcdef");
        }),
        ("a step missing", |saved| drop(saved["record"]["steps"].as_array_mut().unwrap().remove(0))),
        ("all steps missing", |saved| saved["record"]["steps"] = json!([])),
        ("a step too many", |saved| {
            let step = saved["record"]["steps"][4].clone();
            saved["record"]["steps"].as_array_mut().unwrap().push(step);
        }),
        ("steps in another order", |saved| {
            saved["record"]["steps"].as_array_mut().unwrap().swap(0, 1);
        }),
        ("the waiting step skipped", |saved| saved["record"]["steps"][2]["status"] = json!("skipped")),
        ("the waiting step done", |saved| saved["record"]["steps"][2]["status"] = json!("succeeded")),
        ("an earlier step waiting, too", |saved| saved["record"]["steps"][0]["status"] = json!("paused")),
        ("a later step waiting, too", |saved| saved["record"]["steps"][4]["status"] = json!("paused")),
        ("no pause", |saved| drop(saved["record"].as_object_mut().unwrap().remove("pause"))),
        ("the pause of another workflow", |saved| {
            saved["record"]["pause"]["outline"]["workflow_name"] = json!("other");
        }),
        ("the outline without the gate", |saved| {
            saved["record"]["pause"]["outline"]["steps"][2]["gated"] = json!(false);
        }),
    ];
    for (what, edit) in table {
        let mut edited: Value = serde_json::from_str(&saved()).unwrap();
        edit(&mut edited);
        let paused =
            Paused::from_checkpoint(&edited.to_string()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let written = paused.to_checkpoint().unwrap();
        let Err(error) = paused.resume(|state| ByHand::again(loaded(original()), state), true) else {
            panic!("{what}: it is resumed");
        };
        assert!(matches!(error.refusal(), ResumeRefusal::Inconsistent { .. }), "{what}: {error}");
        assert_eq!(error.into_paused().to_checkpoint().unwrap(), written, "{what}");
    }
}

#[test]
fn a_status_that_contradicts_the_pause_is_not_resumed() {
    for status in ["succeeded", "failed", "cancelled"] {
        let mut edited: Value = serde_json::from_str(&saved()).unwrap();
        edited["record"]["status"] = json!(status);
        let paused = Paused::from_checkpoint(&edited.to_string()).unwrap();
        let error = paused.resume(|state| ByHand::again(loaded(original()), state), true).unwrap_err();
        assert!(matches!(error.refusal(), ResumeRefusal::NotPaused { .. }), "{error}");
    }
}

#[test]
fn two_copies_of_one_checkpoint_go_on_from_the_same_state() {
    let written = saved();
    let go_on = || {
        let paused = Paused::from_checkpoint(&written).unwrap();
        paused.resume(|state| ByHand::again(loaded(original()), state), true).unwrap().run()
    };
    let (first, second) = (go_on(), go_on());
    assert_eq!(first.state, ["check", "decide", "pay"]);
    assert_eq!(first.state, second.state);
    assert_eq!(first.run_id(), second.run_id());
}

#[test]
fn a_resumed_run_that_is_cancelled_before_its_gate_waits_no_more() {
    let paused = Paused::from_checkpoint(&saved()).unwrap();
    let token = CancelToken::new();
    token.cancel();
    let run = paused.resume(|state| ByHand::again(loaded(original()), state), true).unwrap();
    let result = run.cancel_on(token).run();
    assert_eq!(result.status(), WorkflowStatus::Cancelled);
    let pay = result.step("pay").unwrap();
    assert_eq!((pay.status(), pay.attempts()), (StepStatus::Cancelled, 0));
    assert!(pay.approval_decision().unwrap().approved, "what was decided is not lost");
    assert_eq!(result.step("check").unwrap().status(), StepStatus::Succeeded);
}
