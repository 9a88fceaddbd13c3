//! Helpers that run any workflow keep its future `Send`.

use stepflow::{AsyncWorkflow, ChildWorkflowError, Run, RunContext, WorkflowResult, workflow};

/// Runs any child and gives what became of it.
async fn run_any<W>(ctx: &mut RunContext<'_>, child: W) -> Result<W::State, ChildWorkflowError>
where
    W: AsyncWorkflow,
    W::State: Send,
{
    Ok(ctx.child(child).run_async().await?.into_state())
}

/// Runs any workflow by the async driver.
fn start_any<W>(workflow: W) -> impl Future<Output = WorkflowResult<W::State>> + Send
where
    W: AsyncWorkflow,
    W::State: Send,
{
    Run::new(workflow).run_async()
}

struct Double {
    state: u32,
}

#[workflow(state = u32)]
impl Double {
    #[step]
    fn double(&mut self) {
        self.state *= 2;
    }
}

struct Halve {
    state: u32,
}

#[workflow(state = u32)]
impl Halve {
    #[step]
    async fn halve(&mut self) {
        tokio::task::yield_now().await;
        self.state /= 2;
    }
}

struct Sum {
    state: u32,
}

#[workflow(state = u32)]
impl Sum {
    #[step]
    async fn add(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        self.state = run_any(ctx, Double { state: 20 }).await? + run_any(ctx, Halve { state: 4 }).await?;
        Ok(())
    }
}

#[tokio::test]
async fn a_generic_helper_runs_children_of_either_kind() {
    assert_eq!(start_any(Sum { state: 0 }).await.into_result().unwrap().state, 42);
    assert_eq!(tokio::spawn(start_any(Double { state: 1 })).await.unwrap().state, 2);
}
