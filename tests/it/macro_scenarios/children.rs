//! Workflows that run inside a step of another.

use std::sync::Mutex;

use stepflow::{
    ApprovalRequiredError, BoxError, ChildWorkflowError, ErrorKind, Run, RunContext, WorkflowEvent, workflow,
};

use super::{Play as _, PlayAlone as _};
use crate::story::check;

struct Seed {
    state: u32,
    mould: bool,
}

steps! {
    #[workflow(state = u32)]
    impl Seed {
        #[step(routes = { true => sprout, false => END })]
        fn soak(&mut self) -> bool {
            self.state += 1;
            true
        }

        #[step(approval)]
        fn sprout(&mut self) -> Result<u32, String> {
            if self.mould { Err("mould".to_owned()) } else { Ok(self.state) }
        }
    }
}

#[derive(Clone, Copy)]
enum How {
    Catch,
    KeepRunning,
    OwnHandler,
    Plain,
    Silent,
}

struct Garden {
    state: u32,
    moulds: u32,
    how: How,
}

impl Garden {
    fn new(how: How, moulds: u32) -> Self {
        Self { state: 0, moulds, how }
    }

    fn seed(&mut self) -> Seed {
        let mould = self.moulds > 0;
        self.moulds = self.moulds.saturating_sub(1);
        Seed { state: self.state, mould }
    }
}

steps! {
    #[workflow(state = u32)]
    impl Garden {
        #[step(retry(times = 1, when = child_failed))]
        fn plant(&mut self, ctx: &mut RunContext<'_>) -> Result<String, BoxError> {
            let seed = self.seed();
            let planted = match self.how {
                How::Catch => match ended!(ctx.run_child(seed)) {
                    Ok(result) => result,
                    Err(error) => return Ok(format!("caught: {error}")),
                },
                How::KeepRunning => ended!(ctx.child(seed).keep_parent_running().run())?,
                How::OwnHandler => ended!(ctx.child(seed).on_approval(|_| false).run())?,
                How::Plain => ended!(ctx.run_child(seed))?,
                How::Silent => ended!(ctx.child(seed).no_hooks().run())?,
            };
            self.state += planted.state;
            Ok(planted.status().to_string())
        }

        #[step]
        fn water(&mut self) {
            self.state += 100;
        }
    }
}

fn child_failed(error: &BoxError) -> bool {
    error.is::<ChildWorkflowError>()
}

#[test]
fn a_child_gives_its_result_to_the_step_and_is_attached_to_it() {
    let result = Run::new(Garden::new(How::Plain, 0)).answer(|_| true).finish();
    check(
        &result,
        &["succeeded", "plant succeeded = \"succeeded\" [Seed succeeded in 1]", "water succeeded"],
    );
    assert_eq!(result.state, 101);
    let child = &result.step("plant").unwrap().children()[0];
    assert_eq!(child.output(Seed::SPROUT).unwrap(), &1);
    assert_ne!(child.run_id(), result.run_id());
    // Each keeps its own trace.
    assert!(result.route_trace().is_empty());
    assert_eq!(child.route_trace()[0].route_key(), "true");
}

#[test]
fn a_failed_child_fails_the_step_with_its_own_error_as_the_cause() {
    let result = Run::new(Garden::new(How::Plain, 9)).answer(|_| true).finish();
    let error = "child workflow `Seed` failed while step `plant` was running it";
    check(
        &result,
        &[
            &format!("failed: {error}"),
            &format!("plant failed x2 [Seed failed in 1] [Seed failed in 2]: {error}"),
            "water skipped",
        ],
    );
    assert_eq!(result.error_kind(), Some(ErrorKind::ChildWorkflow));
    let step = result.step("plant").unwrap();
    let child: &ChildWorkflowError = step.error().unwrap().downcast_ref().unwrap();
    assert_eq!((child.parent_step(), child.record().workflow_name()), ("plant", "Seed"));
    let error = result.into_result().unwrap_err();
    let chain: Vec<String> = std::iter::successors(std::error::Error::source(&error), |error| error.source())
        .map(ToString::to_string)
        .collect();
    assert_eq!(chain, ["child workflow `Seed` failed while step `plant` was running it", "mould"]);
}

#[test]
fn the_children_of_every_attempt_stay_attached() {
    let result = Run::new(Garden::new(How::Plain, 1)).answer(|_| true).finish();
    check(
        &result,
        &[
            "succeeded",
            "plant succeeded x2 = \"succeeded\" [Seed failed in 1] [Seed succeeded in 2]",
            "water succeeded",
        ],
    );
}

#[test]
fn a_child_may_fail_without_failing_its_parent() {
    let kept = Run::new(Garden::new(How::KeepRunning, 9)).answer(|_| true).finish();
    check(&kept, &["succeeded", "plant succeeded = \"failed\" [Seed failed in 1]", "water succeeded"]);
    let caught = Run::new(Garden::new(How::Catch, 9)).answer(|_| true).finish();
    check(
        &caught,
        &[
            "succeeded",
            "plant succeeded = \"caught: child workflow `Seed` failed while step `plant` was running it\" \
             [Seed failed in 1]",
            "water succeeded",
        ],
    );
}

#[test]
fn a_childs_own_handler_answers_instead_of_the_parents() {
    let result =
        Run::new(Garden::new(How::OwnHandler, 0)).answer(|_| -> bool { panic!("not this one") }).finish();
    let child = &result.step("plant").unwrap().children()[0];
    assert!(!child.step("sprout").unwrap().approval_decision().unwrap().approved);
}

#[test]
fn a_gate_in_a_child_cannot_pause_the_parent_and_says_so() {
    let result = Run::new(Garden::new(How::Plain, 0)).pause_on_approval().finish();
    assert!(result.is_failed());
    let child = &result.step("plant").unwrap().children()[0];
    let error = child.step("sprout").unwrap().error().unwrap();
    assert!(matches!(error.downcast_ref(), Some(ApprovalRequiredError::CannotPauseParent { .. })), "{error}");
}

#[test]
fn hooks_see_the_children_unless_they_are_silenced() {
    let events = |how| {
        let seen = Mutex::new(Vec::new());
        let note = |event: &WorkflowEvent<'_>| {
            let at = event.step_name().unwrap_or("-").to_owned();
            seen.lock().unwrap().push(format!("{} {at}", event.workflow_name()));
        };
        assert!(Run::new(Garden::new(how, 0)).watch(note).answer(|_| true).finish().is_succeeded());
        seen.into_inner().unwrap()
    };
    let inherited = events(How::Plain);
    assert_eq!(
        inherited[1..9],
        [
            "Garden plant",
            "Seed -",
            "Seed soak",
            "Seed soak",
            "Seed sprout",
            "Seed sprout",
            "Seed -",
            "Garden plant",
        ]
    );
    assert!(events(How::Silent).iter().all(|event| event.starts_with("Garden")));
}

struct Estate {
    state: (),
}

steps! {
    #[workflow(state = ())]
    impl Estate {
        #[step]
        fn hire(&mut self, ctx: &mut RunContext<'_>) -> Result<(), BoxError> {
            let garden = ctx.child(Garden::new(How::Plain, 9)).on_approval(|_| true);
            ended!(garden.run())?;
            Ok(())
        }
    }
}

#[test]
fn a_failure_climbs_through_nested_children() {
    let result = Estate { state: () }.finish();
    let texts: Vec<String> = std::iter::successors(
        result.error().map(|error| error as &(dyn std::error::Error + 'static)),
        |error| error.source(),
    )
    .map(ToString::to_string)
    .collect();
    assert_eq!(
        texts,
        [
            "child workflow `Garden` failed while step `hire` was running it",
            "child workflow `Seed` failed while step `plant` was running it",
            "mould",
        ]
    );
    let garden = &result.steps()[0].children()[0];
    assert_eq!(garden.steps()[0].children().len(), 2);
}

scenarios! {
    a_child_gives_its_result_to_the_step_and_is_attached_to_it,
    a_failed_child_fails_the_step_with_its_own_error_as_the_cause,
    the_children_of_every_attempt_stay_attached,
    a_child_may_fail_without_failing_its_parent,
    a_childs_own_handler_answers_instead_of_the_parents,
    a_gate_in_a_child_cannot_pause_the_parent_and_says_so,
    hooks_see_the_children_unless_they_are_silenced,
    a_failure_climbs_through_nested_children,
}
