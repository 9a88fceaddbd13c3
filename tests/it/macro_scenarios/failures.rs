//! Steps that may fail without failing the run.

use stepflow::{
    ApprovalRequiredError, BoxError, ErrorKind, EventKind, Failure, Run, RunContext, StepStatus,
    WorkflowEvent, WorkflowHook, WorkflowResult, workflow,
};

use super::{Play as _, PlayAlone as _};
use crate::drivers::plain;
use crate::story::check;

#[derive(Clone, Copy)]
enum Card {
    Accepted,
    Broken,
    Odd,
    Refused,
}

struct Order {
    state: Vec<String>,
    card: Card,
}

impl Order {
    fn with(card: Card) -> Self {
        Self { state: Vec::new(), card }
    }

    fn note(&mut self, what: &str) {
        self.state.push(what.to_owned());
    }
}

steps! {
    #[workflow(state = Vec<String>)]
    impl Order {
        #[step(retry = 1, on_failure = release, routes = { "paid" => ship, "free" => END })]
        fn pay(&mut self) -> Result<&'static str, String> {
            self.note("pay");
            match self.card {
                Card::Accepted => Ok("paid"),
                Card::Broken => panic!("the terminal is off"),
                Card::Odd => Ok("maybe"),
                Card::Refused => Err("card refused".to_owned()),
            }
        }

        #[step(next = close)]
        fn ship(&mut self) {
            self.note("ship");
        }

        #[step]
        fn release(&mut self) -> u32 {
            self.note("release");
            7
        }

        #[step]
        fn close(&mut self) {
            self.note("close");
        }
    }
}

#[test]
fn a_failed_step_leads_on_and_keeps_its_error() {
    let result = Order::with(Card::Refused).finish();
    check(
        &result,
        &[
            "succeeded",
            "pay failed x2 -> release: card refused",
            "ship skipped",
            "release succeeded = 7",
            "close succeeded",
        ],
    );
    assert_eq!(result.state, ["pay", "pay", "release", "close"]);
    assert!(result.error().is_none() && result.failure().is_none());
    assert_eq!(result.step("pay").unwrap().error().unwrap().kind(), ErrorKind::Step);
    // A failure is no route.
    assert!(result.route_trace().is_empty());
    let written = serde_json::to_string(result.record()).unwrap();
    let read: stepflow::RunRecord = serde_json::from_str(&written).unwrap();
    assert_eq!(plain(&read), plain(result.record()));
    assert!(result.into_result().is_ok());
}

#[test]
fn a_step_that_succeeds_leads_where_it_always_did() {
    check(
        &Order::with(Card::Accepted).finish(),
        &[
            "succeeded",
            "pay succeeded = \"paid\" via paid -> ship",
            "ship succeeded -> close",
            "release skipped",
            "close succeeded",
        ],
    );
}

#[test]
fn an_output_that_is_no_route_is_such_a_failure_and_is_kept() {
    let result = Order::with(Card::Odd).finish();
    assert!(result.is_succeeded());
    let pay = result.step("pay").unwrap();
    assert_eq!((pay.status(), pay.attempts(), pay.next_step()), (StepStatus::Failed, 1, Some("release")));
    assert_eq!(pay.error().unwrap().kind(), ErrorKind::RouteResolution);
    assert_eq!(result.output(Order::PAY).unwrap(), &"maybe");
    assert_eq!(result.state, ["pay", "release", "close"]);
}

#[test]
fn a_panic_is_such_a_failure_too() {
    let result = Order::with(Card::Broken).finish();
    assert!(result.is_succeeded());
    let pay = result.step("pay").unwrap();
    assert_eq!((pay.attempts(), pay.next_step()), (1, Some("release")));
    assert_eq!(pay.error().unwrap().kind(), ErrorKind::Panicked);
    assert_eq!(pay.error().unwrap().to_string(), "panicked: the terminal is off");
}

/// Fails at one kind of event of one step.
struct Sink(EventKind, &'static str);

impl WorkflowHook for Sink {
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
        let here = event.kind() == self.0 && event.step_name() == Some(self.1);
        if here { Err("sink closed".into()) } else { Ok(()) }
    }
}

#[test]
fn a_hook_that_fails_there_ends_the_run_and_leaves_the_steps_error() {
    let result = Run::new(Order::with(Card::Refused)).hook(Sink(EventKind::StepFinished, "pay")).finish();
    assert!(result.is_failed());
    assert!(matches!(result.failure(), Some(Failure::Hook { .. })));
    assert_eq!(result.step("pay").unwrap().error().unwrap().to_string(), "card refused");
    assert_eq!(result.step("release").unwrap().status(), StepStatus::Skipped);
}

#[test]
fn a_hook_that_fails_a_step_that_succeeded_fails_the_run() {
    let result = Run::new(Order::with(Card::Accepted)).hook(Sink(EventKind::StepFinished, "pay")).finish();
    assert!(result.is_failed());
    assert_eq!(result.error_kind(), Some(ErrorKind::HookExecution));
    assert_eq!(result.state, ["pay"]);
}

struct Gate {
    state: u32,
}

steps! {
    #[workflow(state = u32)]
    impl Gate {
        #[step(approval(on_deny = explain), on_failure = repair)]
        fn open(&mut self) -> Result<(), String> {
            self.state += 1;
            Err("stuck".to_owned())
        }

        #[step(next = END)]
        fn explain(&mut self) {}

        #[step(approval, on_failure = give_up)]
        fn repair(&mut self) {}

        #[step]
        fn give_up(&mut self) {}
    }
}

#[test]
fn a_denial_goes_its_own_way_and_a_failing_handler_is_a_failure() {
    let denied = Run::new(Gate { state: 0 }).answer(|_| false).finish();
    assert!(denied.is_succeeded());
    assert_eq!(denied.step("open").unwrap().next_step(), Some("explain"));

    // Denied where no way is named for it: that is a decision, not a failure to recover from.
    let mut answers = [true, false].into_iter();
    let denied = Run::new(Gate { state: 0 }).answer(|_| answers.next().unwrap()).finish();
    assert!(denied.is_failed());
    assert_eq!(denied.step("open").unwrap().next_step(), Some("repair"));
    let error = denied.step("repair").unwrap().error().unwrap();
    assert!(matches!(error.downcast_ref(), Some(ApprovalRequiredError::Denied { .. })), "{error}");
    assert_eq!(denied.step("give_up").unwrap().status(), StepStatus::Skipped);

    let lost = Run::new(Gate { state: 0 }).answer(|_| Err::<bool, _>("nobody there")).finish();
    assert!(lost.is_succeeded());
    let open = lost.step("open").unwrap();
    assert_eq!((open.attempts(), open.next_step()), (0, Some("repair")));
    assert_eq!(open.error().unwrap().kind(), ErrorKind::ApprovalHandler);
    assert_eq!(lost.step("repair").unwrap().next_step(), Some("give_up"));
    assert_eq!(lost.state, 0);
}

struct Climb {
    state: u32,
    fails: bool,
}

steps! {
    #[workflow(state = u32, max_visits = 2)]
    impl Climb {
        #[step(on_failure = rest, routes = { true => END, false => step_up })]
        fn step_up(&mut self) -> Result<bool, String> {
            self.state += 1;
            if self.fails { Err("slipped".to_owned()) } else { Ok(false) }
        }

        #[step(next = step_up)]
        fn rest(&mut self) {
            self.fails = true;
        }
    }
}

#[test]
fn a_visit_too_many_is_such_a_failure_too() {
    let result = Climb { state: 0, fails: false }.finish();
    // Twice up, then the third is too many: it rests, and from there the way up is closed for good.
    check(
        &result,
        &[
            "failed: step `step_up` has run 2 times, as often as `max_visits` allows, and was to run again",
            "step_up failed = false -> rest: step `step_up` has run 2 times, as often as `max_visits` allows, and \
             was to run again",
            "rest failed: step `step_up` has run 2 times, as often as `max_visits` allows, and was to run again",
        ],
    );
    assert_eq!(result.state, 2);
}

#[test]
fn failures_lead_round_a_loop_as_routes_do() {
    let result = Climb { state: 0, fails: true }.finish();
    let path: Vec<_> = result.path().iter().map(|step| (step.name(), step.status())).collect();
    use StepStatus::{Failed, Succeeded};
    assert_eq!(path, [("step_up", Failed), ("rest", Succeeded), ("step_up", Failed), ("rest", Failed)]);
    assert_eq!(result.error_kind(), Some(ErrorKind::VisitLimit));
}

struct Parent {
    state: (),
}

steps! {
    #[workflow(state = ())]
    impl Parent {
        #[step(on_failure = mend, next = END)]
        fn delegate(&mut self, ctx: &mut RunContext<'_>) -> Result<(), BoxError> {
            let card = Card::Refused;
            let child = Order { state: vec![], card };
            ended!(ctx.run_child(child))?;
            let child = Gate { state: 0 };
            ended!(ctx.run_child(child))?;
            Ok(())
        }

        #[step]
        fn mend(&mut self) {}
    }
}

#[test]
fn a_failed_child_is_attached_where_its_parent_goes_on() {
    let result: WorkflowResult<()> = Parent { state: () }.finish();
    check(
        &result,
        &[
            "succeeded",
            "delegate failed -> mend [Order succeeded in 1] [Gate failed in 1]: child workflow `Gate` failed \
             while step `delegate` was running it",
            "mend succeeded",
        ],
    );
}

scenarios! {
    a_failed_step_leads_on_and_keeps_its_error,
    a_step_that_succeeds_leads_where_it_always_did,
    an_output_that_is_no_route_is_such_a_failure_and_is_kept,
    a_panic_is_such_a_failure_too,
    a_hook_that_fails_there_ends_the_run_and_leaves_the_steps_error,
    a_hook_that_fails_a_step_that_succeeded_fails_the_run,
    a_denial_goes_its_own_way_and_a_failing_handler_is_a_failure,
    a_visit_too_many_is_such_a_failure_too,
    failures_lead_round_a_loop_as_routes_do,
    a_failed_child_is_attached_where_its_parent_goes_on,
}
