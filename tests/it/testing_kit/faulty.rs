//! Failures on demand.

use stepflow::testing::{Faulty, When};
use stepflow::{ErrorKind, Run, RunContext, StepOutcome, StepStatus, workflow};

use super::{Acts, AsyncActs, panic_of};

const LOOP: &str = r#"{"name": "loop", "max_visits": 3, "retry": {"times": 2}, "steps": [
    {"name": "work", "on_failure": {"step": "rest"}},
    {"name": "check", "routes": [{"key": "again", "target": {"step": "work"}}, {"key": "done", "target": "end"}]},
    {"name": "rest"}
]}"#;

fn rounds(state: &mut Vec<String>, ctx: &mut RunContext<'_>) -> StepOutcome {
    state.push(format!("{} {}.{}", ctx.step_name(), ctx.visit(), ctx.attempt()));
    let outcome = StepOutcome::succeeded(());
    match (ctx.step_name(), ctx.visit()) {
        ("check", 3) => outcome.routed("done"),
        ("check", _) => outcome.routed("again"),
        _ => outcome,
    }
}

#[test]
fn attempts_and_visits_are_chosen() {
    let cases: [(When, &[u32], StepStatus); 5] = [
        (1.into(), &[2, 2, 2], StepStatus::Succeeded),
        ((1..=2).into(), &[3, 3, 3], StepStatus::Succeeded),
        (When::from(1).on_visit(2), &[1, 2, 1], StepStatus::Succeeded),
        (When::from(1).from_visit(2), &[1, 2, 2], StepStatus::Succeeded),
        (When::from(1..).from_visit(3), &[1, 1, 3], StepStatus::Failed),
    ];
    for (when, attempts, status) in cases {
        let faulty = Faulty::new(Acts::new(LOOP, vec![], rounds)).fail("work", when, || "no power");
        let result = Run::new(faulty).run();
        let work = result.step("work").unwrap();
        let visits = work.earlier_visits().iter().chain([work]);
        assert_eq!(visits.map(|visit| visit.attempts()).collect::<Vec<_>>(), attempts, "{when:?}");
        assert_eq!(work.status(), status, "{when:?}");
        assert_eq!(result.status(), stepflow::WorkflowStatus::Succeeded, "{when:?}");
    }
}

#[test]
fn a_body_may_run_and_its_answer_be_lost() {
    let faulty = Faulty::new(Acts::new(LOOP, vec![], rounds))
        .fail_after_the_body("work", When::from(1).on_visit(1), || std::io::Error::other("lost"))
        .fail_for_good("check", 1, || "stop");
    let result = Run::new(faulty).run();
    assert_eq!(result.state, ["work 1.1", "work 1.2"]);
    assert_eq!(result.step("check").map(|check| check.attempts()), Some(1));
    assert_eq!(result.error().unwrap().to_string(), "stop");
}

#[test]
fn a_panic_is_contained_and_not_retried() {
    let faulty = Faulty::new(Acts::new(LOOP, vec![], rounds)).panic("check", 1, "out of paper");
    let result = Run::new(faulty).run();
    assert_eq!(result.error_kind(), Some(ErrorKind::Panicked));
    assert_eq!(result.error().unwrap().to_string(), "panicked: out of paper");
}

#[tokio::test]
async fn an_async_workflow_fails_the_same_way() {
    let work = AsyncActs::new(LOOP, vec![], |state, ctx| Box::pin(async move { rounds(state, ctx) }));
    let faulty = Faulty::new(work)
        .fail("work", When::from(1).on_visit(2), || "no power")
        .fail_after_the_body("work", When::from(1).on_visit(3), || "lost")
        .panic("check", When::ALWAYS.on_visit(3), "out of paper");
    let result = Run::new(faulty).run().await;
    assert_eq!(result.state, ["work 1.1", "check 1.1", "work 2.2", "check 2.1", "work 3.1", "work 3.2"]);
    assert_eq!(result.error_kind(), Some(ErrorKind::Panicked));
}

struct Parcel {
    state: (),
}

#[workflow(state = ())]
impl Parcel {
    #[step]
    fn weigh(&mut self) {}
    #[step]
    fn ship(&mut self) {}
}

struct Letter {
    state: (),
}

#[workflow(state = ())]
impl Letter {
    #[step]
    fn weigh(&mut self) {}
}

#[test]
fn a_step_that_is_not_there_is_reported() {
    let parcel = || Faulty::new(Parcel { state: () });
    assert_eq!(
        panic_of(|| drop(parcel().fail("wiegh", 1, || "no"))),
        "workflow `Parcel` has no step `wiegh`; its steps are `weigh`, `ship`"
    );
    assert_eq!(
        panic_of(|| drop(parcel().panic(Letter::WEIGH, 1, "no"))),
        "the handle of step `weigh` is of workflow `Letter`, and `Parcel` is tested"
    );
    assert_eq!(
        panic_of(|| drop(parcel().time_out(Parcel::SHIP, 1))),
        "step `ship` of workflow `Parcel` has no `timeout`, so it cannot time out"
    );
}
