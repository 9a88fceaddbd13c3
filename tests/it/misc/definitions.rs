//! Definitions that are loaded at run time.

use serde_json::{Value, json};
use stepflow::{
    DefinitionErrors, DefinitionProblem, Effect, ErrorKind, Failure, MetadataValue, Run, StaticWorkflow,
    StepDefinition, Target, WorkflowDefinition, workflow,
};

use crate::by_hand::{ByHand, loaded};

struct Refund {
    state: (),
}

#[workflow(state = (), name = "refund", version = 3, retry(times = 2, delay = "50ms", jitter = true))]
impl Refund {
    /// Looks the order up.
    #[step]
    fn check(&mut self) {}

    #[step(routes = { true => pay, false => deny })]
    fn decide(&mut self) -> bool {
        true
    }

    #[step(
        next = END,
        retry(times = 0, backoff = exponential, factor = 1.5, max_delay = "5s"),
        approval(message = "Pay?", metadata = { by: "ana", open: true, rate: 0.5, tags: ["a", 1], tier: 2 }, on_deny = deny)
    )]
    fn pay(&mut self) {}

    #[step(name = "deny it", effect = once)]
    fn deny(&mut self) {}
}

#[test]
fn a_definition_survives_being_written_and_read() {
    let written = serde_json::to_string_pretty(Refund::DEFINITION).unwrap();
    let read: WorkflowDefinition = serde_json::from_str(&written).unwrap();
    assert_eq!(read, *Refund::DEFINITION);
    assert_eq!(read.fingerprint(), Refund::DEFINITION.fingerprint());
    assert_eq!(read.graph(), Refund::graph());
    // People read it, too.
    assert!(written.contains(r#""delay": "50ms""#), "{written}");
    assert!(written.contains(r#""step": "deny it""#), "{written}");
    assert_eq!(written.matches(r#""effect": "once""#).count(), 1, "{written}");
    assert_eq!(written.matches("effect").count(), 1, "{written}");
}

#[test]
fn saved_runs_do_not_depend_on_the_effect() {
    let mut repeatable = Refund::DEFINITION.clone();
    repeatable.steps.to_mut()[3].effect = Effect::Repeatable;
    assert_eq!(repeatable.fingerprint(), Refund::DEFINITION.fingerprint());
    assert_eq!(repeatable.outline(), Refund::DEFINITION.outline());
}

#[test]
fn what_is_not_said_is_not_written() {
    let plain = WorkflowDefinition::new("plain", &[]);
    assert_eq!(serde_json::to_value(plain).unwrap(), json!({"name": "plain", "version": 0, "steps": []}));
}

#[test]
fn metadata_keeps_its_values() {
    let metadata = json!({"none": null, "deep": {"list": [1, -2.5, "x", [true]]}, "big": i64::MAX});
    for (_, value) in metadata.as_object().unwrap() {
        assert_eq!(Value::from(&MetadataValue::from(value.clone())), *value);
    }
}

/// What is wrong with a definition, found when it is read.
fn refused(steps: Value) -> String {
    serde_json::from_value::<WorkflowDefinition>(json!({"name": "w", "steps": steps}))
        .unwrap_err()
        .to_string()
}

#[test]
fn every_problem_is_refused_when_a_definition_is_read() {
    let table = [
        (json!([]), "workflow `w` has no steps; add at least one"),
        (json!([{"name": ""}]), "workflow `w` has no name for its step 1; give it one"),
        (json!([{"name": "a"}, {"name": "a"}]), "workflow `w` has two steps named `a`; rename one"),
        (
            json!([{"name": "a", "approval": {"message": ""}}]),
            "workflow `w` has a step `a` whose approval message is empty; write the question or leave it out",
        ),
        (
            json!([{"name": "a", "routes": [{"key": "", "target": "end"}]}]),
            "workflow `w` has a step `a` with an empty route key; name what leads there",
        ),
        (
            json!([{"name": "a", "routes": [{"key": "k", "target": "end"}, {"key": "k", "target": "end"}]}]),
            "workflow `w` has a step `a` with two routes of the key `k`; give each its own",
        ),
        (
            json!([{"name": "a", "next": "end", "routes": [{"key": "k", "target": "end"}]}]),
            "workflow `w` has a step `a` with both routes and `next`; keep one of them",
        ),
        (
            json!([{"name": "a", "next": {"step": "b"}}]),
            "workflow `w` leads from step `a` to `b`, which is no step of it",
        ),
        (
            json!([{"name": "a", "approval": {"on_deny": {"step": "b"}}}]),
            "workflow `w` leads from step `a` to `b`, which is no step of it",
        ),
        (
            json!([{"name": "a"}, {"name": "b", "next": {"step": "a"}}]),
            "workflow `w` leads from step `b` back to `a`; a target must be a later step",
        ),
        (
            json!([{"name": "a", "approval": {"message": ""}}, {"name": "a"}]),
            "write the question or leave it out; also, it has two steps named `a`; rename one",
        ),
    ];
    for (steps, problem) in table {
        let said = refused(steps.clone());
        assert!(said.contains(problem), "{steps}: {said}");
    }
    for unknown in [
        json!([{"name": "a", "nmae": "b"}]),
        json!([{"name": "a", "approval": {"by": "ana"}}]),
        json!([{"name": "a", "retry": {"time": 1}}]),
        json!([{"name": "a", "next": "END"}]),
        json!([{"name": "a", "effect": "twice"}]),
    ] {
        assert!(refused(unknown.clone()).contains("unknown"), "{unknown}");
    }
}

#[test]
fn a_definition_written_by_hand_is_checked_before_anything_runs() {
    const NOWHERE: &[StepDefinition] = &[StepDefinition {
        name: std::borrow::Cow::Borrowed("a"),
        next: Some(Target::Step(4)),
        ..StepDefinition::BLANK
    }];
    let definition = WorkflowDefinition::new("w", NOWHERE);
    let problem = DefinitionProblem::UnknownTarget { step: "a".to_owned(), target: "step 5".to_owned() };
    let errors: DefinitionErrors = definition.check().unwrap_err();
    assert_eq!(errors.problems(), [problem]);
    let result = Run::new(ByHand::new(std::sync::Arc::new(definition))).run();
    assert_eq!(result.error_kind(), Some(ErrorKind::Definition));
    assert_eq!(result.failure(), Some(&Failure::Definition { errors }));
    assert!(result.state.is_empty());
    assert_eq!(
        result.into_result().unwrap_err().to_string(),
        "workflow `w` failed outside step execution: workflow `w` leads from step `a` to step 5, which is no step of it"
    );
}

#[test]
fn a_loaded_definition_runs() {
    let definition = loaded(json!({
        "name": "w",
        "steps": [{"name": "a", "next": {"step": "c"}}, {"name": "b"}, {"name": "c", "next": "end"}, {"name": "d"}],
    }));
    assert_eq!(Run::new(ByHand::new(definition)).run().state, ["a", "c"]);
}
