//! A workflow whose definition and bodies are given to it.

use std::sync::Arc;

use stepflow::{
    Blocking, BlockingWorkflow, DefinitionRef, RunContext, StepOutcome, Workflow, WorkflowDefinition,
};

type Body = Box<dyn FnMut(usize, &mut RunContext<'_>) -> StepOutcome>;

/// Its state is the names of the steps whose bodies ran.
pub(crate) struct ByHand {
    definition: DefinitionRef,
    state: Vec<String>,
    body: Body,
}

impl ByHand {
    /// Every body succeeds with nothing.
    pub(crate) fn new(definition: impl Into<DefinitionRef>) -> Self {
        Self::again(definition, Vec::new())
    }

    pub(crate) fn again(definition: impl Into<DefinitionRef>, state: Vec<String>) -> Self {
        let body = Box::new(|_: usize, _: &mut RunContext<'_>| StepOutcome::succeeded(()));
        Self { definition: definition.into(), state, body }
    }

    pub(crate) fn body(
        mut self,
        body: impl FnMut(usize, &mut RunContext<'_>) -> StepOutcome + 'static,
    ) -> Self {
        self.body = Box::new(body);
        self
    }
}

impl Workflow for ByHand {
    type State = Vec<String>;
    type Mode = Blocking;

    fn definition(&self) -> DefinitionRef {
        self.definition.clone()
    }

    fn state(&self) -> &Vec<String> {
        &self.state
    }

    fn into_state(self) -> Vec<String> {
        self.state
    }
}

impl BlockingWorkflow for ByHand {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        self.state.push(ctx.step_name().to_owned());
        (self.body)(step, ctx)
    }
}

/// A definition loaded from JSON, as a host would load it.
pub(crate) fn loaded(written: serde_json::Value) -> Arc<WorkflowDefinition> {
    Arc::new(serde_json::from_value(written).unwrap())
}
