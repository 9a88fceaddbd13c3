//! `stepflow::testing`: what it promises to the tests of others.

#![expect(clippy::expect_used, reason = "helpers of tests, which may")]

mod approvals;
mod boundaries;
mod clock;
mod faulty;
mod path;
mod step;

use std::pin::Pin;
use std::sync::Arc;

use stepflow::{
    Async, AsyncWorkflow, Blocking, BlockingWorkflow, DefinitionRef, RunContext, StepOutcome, Workflow,
    WorkflowDefinition,
};

/// A workflow whose definition is loaded and whose steps are one closure, which looks at the step's name.
struct Acts<S, B> {
    definition: Arc<WorkflowDefinition>,
    state: S,
    body: B,
}

impl<S, B> Acts<S, B>
where
    B: FnMut(&mut S, &mut RunContext<'_>) -> StepOutcome,
{
    fn new(definition: &str, state: S, body: B) -> Self {
        Self { definition: load(definition), state, body }
    }
}

impl<S: 'static, B> Workflow for Acts<S, B> {
    type State = S;
    type Mode = Blocking;

    fn definition(&self) -> DefinitionRef {
        self.definition.clone().into()
    }
    fn state(&self) -> &S {
        &self.state
    }
    fn into_state(self) -> S {
        self.state
    }
}

impl<S: 'static, B> BlockingWorkflow for Acts<S, B>
where
    B: FnMut(&mut S, &mut RunContext<'_>) -> StepOutcome,
{
    fn run_step(&mut self, _step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        (self.body)(&mut self.state, ctx)
    }
}

type Body<S> = for<'a, 'c> fn(
    &'a mut S,
    &'a mut RunContext<'c>,
) -> Pin<Box<dyn Future<Output = StepOutcome> + Send + 'a>>;

/// The same with an async body.
struct AsyncActs<S> {
    definition: Arc<WorkflowDefinition>,
    state: S,
    body: Body<S>,
}

impl<S> AsyncActs<S> {
    fn new(definition: &str, state: S, body: Body<S>) -> Self {
        Self { definition: load(definition), state, body }
    }
}

impl<S: Send + 'static> Workflow for AsyncActs<S> {
    type State = S;
    type Mode = Async;

    fn definition(&self) -> DefinitionRef {
        self.definition.clone().into()
    }
    fn state(&self) -> &S {
        &self.state
    }
    fn into_state(self) -> S {
        self.state
    }
}

impl<S: Send + 'static> AsyncWorkflow for AsyncActs<S> {
    async fn run_step(&mut self, _step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        (self.body)(&mut self.state, ctx).await
    }
}

fn load(definition: &str) -> Arc<WorkflowDefinition> {
    Arc::new(serde_json::from_str(definition).expect("the test's definition is one"))
}

/// What a panic said.
fn panic_of(panics: impl FnOnce()) -> String {
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).expect_err("it panics");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().expect("the panic has a text").to_string(),
    }
}
