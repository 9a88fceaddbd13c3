//! One step by itself.

use std::time::Duration;

use serde_json::json;
use stepflow::testing::{run_step, run_step_async};
use stepflow::{ChildWorkflowError, ErrorKind, RunContext, StepOutcome, StepStatus, workflow};

use super::{Acts, AsyncActs, panic_of};

struct Seed {
    state: u32,
}

#[workflow(state = u32)]
impl Seed {
    #[step]
    fn sprout(&mut self) {
        self.state += 1;
    }
    #[step]
    fn bloom(&mut self, ctx: &mut RunContext<'_>) -> String {
        ctx.idempotency_key()
    }
}

struct Garden {
    state: u32,
}

#[workflow(state = u32)]
impl Garden {
    #[step]
    fn dig(&mut self) {
        self.state = 1_000;
    }
    #[step(approval = "Plant?", retry(times = 2, delay = "1h"))]
    fn plant(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, ChildWorkflowError> {
        self.state = ctx.run_child(Seed { state: self.state })?.state;
        Ok(self.state)
    }
    #[step(retry(times = 2, delay = "1h"))]
    fn water(&mut self) -> Result<(), String> {
        self.state += 1;
        if self.state < 3 { Err("no water".to_owned()) } else { Ok(()) }
    }
    #[step]
    fn rest(&mut self) {
        self.state = 1_000;
    }
}

#[test]
fn a_step_runs_with_its_gate_children_and_retries() {
    let plant = run_step(Garden { state: 4 }, Garden::PLANT);
    assert_eq!((plant.state, plant.output(Garden::PLANT).unwrap()), (5, &5));
    assert_eq!(plant.status(), StepStatus::Succeeded);
    assert!(plant.approval_decision().unwrap().approved);
    // The child is not stopped at the end of its first step.
    let key = plant.children()[0].step("bloom").unwrap().output().unwrap().to_json().unwrap();
    assert_eq!(key, json!("alone/plant/1/1/bloom/1"));

    let water = run_step(Garden { state: 0 }, "water");
    assert_eq!((water.state, water.attempts()), (3, 3));
    assert_eq!(water.duration(), Some(Duration::from_secs(7200)));
    assert!(water.error().is_none());
}

#[test]
fn a_step_that_fails_says_why() {
    let definition = r#"{"name": "x", "steps": [{"name": "a"}, {"name": "b", "on_failure": {"step": "c"}}, {"name": "c"}]}"#;
    let failing =
        Acts::new(definition, (), |(), ctx| StepOutcome::failed(format!("{} broke", ctx.step_name())));
    let b = run_step(failing, "b");
    assert_eq!(b.error().unwrap().to_string(), "b broke");
    assert_eq!(b.next_step(), Some("c"));
}

#[test]
fn a_step_that_is_not_there_is_reported() {
    assert_eq!(
        panic_of(|| drop(run_step(Seed { state: 0 }, "bloome"))),
        "workflow `Seed` has no step `bloome`; its steps are `sprout`, `bloom`"
    );
}

#[tokio::test]
async fn an_async_step_runs_alone_too() {
    let definition = r#"{"name": "x", "steps": [{"name": "a"}, {"name": "b", "timeout": "5s"}]}"#;
    let slow = AsyncActs::new(definition, 0, |state, ctx| {
        Box::pin(async move {
            *state += 1;
            ctx.sleep(Duration::from_secs(6)).await;
            *state += 1;
            StepOutcome::succeeded(())
        })
    });
    let b = run_step_async(slow, "b").await;
    assert_eq!(b.state, 1);
    assert_eq!(b.error().unwrap().kind(), ErrorKind::Timeout);
    assert_eq!(b.duration(), Some(Duration::from_secs(5)));
    assert_eq!(run_step_async(Seed { state: 1 }, Seed::SPROUT).await.state, 2);
}
