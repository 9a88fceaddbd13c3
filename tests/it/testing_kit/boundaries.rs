//! A run may be broken off between any two steps.

use serde::{Deserialize, Serialize};
use serde_json::json;
use stepflow::testing::{Approvals, Boundaries, BoundaryError};
use stepflow::{ApprovalDecision, CheckpointError, ChildWorkflowError, RunContext, StepOutcome, workflow};

use super::{Acts, AsyncActs};

const EVERYTHING: &str = r#"{"name": "trip", "max_visits": 3, "retry": {"times": 1, "delay": "1h"}, "steps": [
    {"name": "plan", "after": "24h"},
    {"name": "book", "on_failure": {"step": "beg"}},
    {"name": "skipped"},
    {"name": "beg", "approval": {"on_deny": {"step": "plan"}}},
    {"name": "travel", "routes": [{"key": "on", "target": {"step": "travel"}}, {"key": "home", "target": "end"}]},
    {"name": "never"}
]}"#;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Trip {
    diary: Vec<String>,
    share: f64,
}

fn travel(trip: &mut Trip, ctx: &mut RunContext<'_>) -> StepOutcome {
    trip.diary.push(ctx.idempotency_key());
    trip.share += 0.1;
    match (ctx.step_name(), ctx.visit(), ctx.attempt()) {
        ("book", ..) => StepOutcome::failed("sold out"),
        ("plan", _, 1) => StepOutcome::failed("no map"),
        ("travel", 3, _) => StepOutcome::succeeded("far").routed("home"),
        ("travel", ..) => StepOutcome::succeeded("near").routed("on"),
        _ => StepOutcome::succeeded(trip.share),
    }
}

fn script() -> Approvals {
    let no = ApprovalDecision::deny().because("not again");
    Approvals::script([("beg", no), ("beg", ApprovalDecision::approve().by("ana"))])
}

const EXPECTED: [&str; 10] = [
    "after step `plan`",
    "after step `book`",
    "at the gate of step `beg`",
    "after step `beg`",
    "after step `plan` (visit 2)",
    "after step `book` (visit 2)",
    "at the gate of step `beg`",
    "after step `beg` (visit 2)",
    "after step `travel`",
    "after step `travel` (visit 2)",
];

#[test]
fn loops_gates_retries_and_failure_routes_survive_every_break() {
    let checked = Boundaries::of(|state| Acts::new(EVERYTHING, state, travel))
        .approvals(script())
        .check(Trip::default())
        .unwrap();
    assert_eq!(checked.boundaries, EXPECTED);
    assert!(checked.result.is_succeeded());
    assert_eq!(checked.result.state.diary.len(), 12);
    assert_eq!(checked.result.state.diary.last().unwrap(), "boundaries/travel/3");
}

#[tokio::test]
async fn and_under_the_async_driver() {
    let body: super::Body<Trip> = |trip, ctx| {
        Box::pin(async move {
            tokio::task::yield_now().await;
            travel(trip, ctx)
        })
    };
    let checked = Boundaries::of(|state| AsyncActs::new(EVERYTHING, state, body))
        .approvals(script())
        .check_async(Trip::default())
        .await
        .unwrap();
    assert_eq!(checked.boundaries, EXPECTED);

    let blocking = Boundaries::of(|state| Acts::new(EVERYTHING, state, travel)).approvals(script());
    assert_eq!(blocking.check_async(Trip::default()).await.unwrap().boundaries, EXPECTED);
}

#[test]
fn a_run_that_fails_must_fail_the_same_way() {
    let definition =
        r#"{"name": "x", "steps": [{"name": "a"}, {"name": "b", "approval": {}}, {"name": "c"}]}"#;
    let make = |state| Acts::new(definition, state, |(), _| StepOutcome::succeeded(()));
    let denied = Boundaries::of(make).approvals(Approvals::script([("b", false)])).check(()).unwrap();
    assert_eq!(denied.boundaries, ["after step `a`", "at the gate of step `b`"]);
    assert_eq!(denied.result.error().unwrap().to_string(), "approval denied for step `b`");
    // Nobody is asked, and that is a failure too.
    assert_eq!(Boundaries::of(make).check(()).unwrap().boundaries, ["after step `a`"]);

    let unanswered = Boundaries::of(make).approvals(Approvals::new()).check(()).unwrap_err();
    assert_eq!(
        unanswered.to_string(),
        "a run waits at the gate of step `b`: no answer is left for step `b`; scripted: nothing"
    );
}

/// A field that is not part of the state decides where the run goes.
#[test]
fn a_way_that_depends_on_a_field_is_found() {
    let definition = r#"{"name": "x", "max_visits": 3, "steps": [
        {"name": "turn", "routes": [{"key": "on", "target": {"step": "turn"}}, {"key": "off", "target": {"step": "rest"}}]},
        {"name": "rest"}
    ]}"#;
    let make = |state| {
        let mut turns = 0;
        Acts::new(definition, state, move |(), ctx| {
            turns += u32::from(ctx.step_name() == "turn");
            StepOutcome::succeeded(()).routed(if turns == 2 { "off" } else { "on" })
        })
    };
    let error = Boundaries::of(make).check(()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a run that is broken off after step `turn` goes another way: after step `turn` (visit 2), \
         `step.next_step` is \"turn\", and without the break it is \"rest\""
    );
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Leaky {
    kept: u32,
    #[serde(skip)]
    lost: u32,
}

#[test]
fn a_part_of_the_state_that_is_not_written_is_found() {
    let definition = r#"{"name": "x", "steps": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}"#;
    let make = |state| {
        Acts::new(definition, state, |state: &mut Leaky, ctx| {
            match ctx.step_name() {
                "a" => state.lost = 7,
                _ => state.kept = state.lost,
            }
            StepOutcome::succeeded(())
        })
    };
    let BoundaryError::Differs { boundary, at, place, interrupted, straight, .. } =
        Boundaries::of(make).check(Leaky::default()).unwrap_err()
    else {
        panic!("the runs differ");
    };
    assert_eq!((boundary.as_str(), at.as_str()), ("after step `a`", "after step `b`"));
    assert_eq!((place.as_str(), interrupted.as_str(), straight.as_str()), ("state.kept", "0", "7"));
}

#[test]
fn a_state_that_cannot_be_saved_is_found_where_it_is() {
    let definition = r#"{"name": "x", "steps": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}"#;
    let make = |state| {
        Acts::new(definition, state, |trip: &mut Trip, ctx| {
            trip.share = if ctx.step_name() == "b" { f64::NAN } else { 1.0 };
            StepOutcome::succeeded(())
        })
    };
    let error = Boundaries::of(make).check(Trip::default()).unwrap_err();
    let BoundaryError::NotSaved { boundary, source: CheckpointError::StateNotSavable { place, .. }, .. } =
        &error
    else {
        panic!("the state is not saved: {error}");
    };
    assert_eq!((boundary.as_str(), place.as_str()), ("after step `b`", "share"));
}

struct Seed {
    state: u32,
}

#[workflow(state = u32)]
impl Seed {
    #[step]
    fn sprout(&mut self) {
        self.state += 1;
    }
    #[step(approval)]
    fn bloom(&mut self) {
        self.state += 1;
    }
}

struct Garden {
    state: u32,
}

#[workflow(state = u32)]
impl Garden {
    #[step(approval)]
    fn dig(&mut self) {}
    #[step]
    fn plant(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, ChildWorkflowError> {
        self.state = ctx.run_child(Seed { state: self.state })?.state;
        Ok(self.state)
    }
    #[step]
    fn water(&mut self) {
        self.state += 1;
    }
}

#[test]
fn children_are_not_broken_off_and_their_gates_are_answered() {
    let script = Approvals::new().then(Garden::DIG, true).then(Seed::BLOOM, true);
    let checked = Boundaries::of(|state| Garden { state }).approvals(script).check(0).unwrap();
    assert_eq!(checked.boundaries, ["after step `dig`", "after step `plant`"]);
    assert_eq!(checked.result.state, 3);
    let child = &checked.result.step("plant").unwrap().children()[0];
    assert_eq!(json!(child.step("bloom").unwrap().approval_decision()), json!({ "approved": true }));
}
