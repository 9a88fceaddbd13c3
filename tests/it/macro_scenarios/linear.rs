//! Steps one after the other.

use stepflow::{ErrorKind, RunContext, SkipReason, workflow};

use super::PlayAlone as _;
use crate::drivers::block_on;
use crate::story::check;

struct Parcel {
    state: Vec<String>,
    paper: Result<(), &'static str>,
}

impl Parcel {
    fn with(paper: Result<(), &'static str>) -> Self {
        Self { state: Vec::new(), paper }
    }
}

steps! {
    #[workflow(state = Vec<String>, name = "parcel")]
    impl Parcel {
        #[step]
        fn weigh(&mut self) -> f64 {
            self.state.push("weighed".to_owned());
            4.5
        }

        #[step(name = "print label")]
        fn label(&mut self, ctx: &mut RunContext<'_>) -> Result<String, String> {
            self.state.push(format!("{} of {}, try {}", ctx.step_name(), ctx.workflow_name(), ctx.attempt()));
            self.paper?;
            Ok(format!("label {}", self.state.len()))
        }

        #[step]
        fn ship(&mut self) {
            self.describe("shipped");
        }

        fn describe(&mut self, what: &str) {
            self.state.push(what.to_owned());
        }
    }
}

#[test]
fn steps_run_in_the_order_of_their_declaration_on_one_state() {
    let result = Parcel::with(Ok(())).finish();
    check(
        &result,
        &["succeeded", "weigh succeeded = 4.5", "print label succeeded = \"label 2\"", "ship succeeded"],
    );
    assert_eq!(result.state, ["weighed", "print label of parcel, try 1", "shipped"]);
    assert_eq!(result.workflow_name(), "parcel");
    assert_eq!(result.output(Parcel::WEIGH).unwrap(), &4.5);
    assert_eq!(result.output(Parcel::LABEL).unwrap(), "label 2");
    assert_eq!(result.output(Parcel::SHIP).unwrap(), &());
    for step in result.steps() {
        assert!(step.started_at() <= step.finished_at());
        assert!(result.started_at() <= step.started_at().unwrap());
        assert!(step.finished_at().unwrap() <= result.finished_at());
    }
}

#[test]
fn the_first_failing_step_stops_the_run_and_the_rest_is_listed_as_skipped() {
    let result = Parcel::with(Err("no paper")).finish();
    check(
        &result,
        &["failed: no paper", "weigh succeeded = 4.5", "print label failed: no paper", "ship skipped"],
    );
    assert_eq!(result.error_kind(), Some(ErrorKind::Step));
    let skipped = result.step("ship").unwrap();
    assert_eq!((skipped.attempts(), skipped.started_at()), (0, None));
    assert_eq!(skipped.skip_reason(), Some(SkipReason::WorkflowFailed));
    assert_eq!(skipped.skip_reason().unwrap().to_string(), "not reached because workflow failed");
    assert_eq!(result.into_state(), ["weighed", "print label of parcel, try 1"]);
}

#[test]
fn a_failed_run_as_an_error_names_workflow_step_attempts_and_cause() {
    let error = Parcel::with(Err("no paper")).finish().into_result().unwrap_err();
    assert_eq!(error.to_string(), "workflow `parcel` failed at step `print label` after 1 attempt: no paper");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no paper");
    assert_eq!(error.record().steps().len(), 3);
}

#[test]
fn a_step_stays_callable_as_the_method_that_it_is() {
    let mut parcel = Parcel::with(Ok(()));
    let weight = block_on(async { ended!(parcel.weigh()) });
    assert!((weight - 4.5).abs() < f64::EPSILON);
    assert_eq!(parcel.state, ["weighed"]);
}

scenarios! {
    steps_run_in_the_order_of_their_declaration_on_one_state,
    the_first_failing_step_stops_the_run_and_the_rest_is_listed_as_skipped,
    a_failed_run_as_an_error_names_workflow_step_attempts_and_cause,
    a_step_stays_callable_as_the_method_that_it_is,
}
