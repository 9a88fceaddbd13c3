//! Runs a workflow on the calling thread.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::span::EnteredSpan;
use tracing::{debug, info_span, warn};

use super::{Start, Surroundings, chance, event};
use crate::approval::{ApprovalDecision, ApprovalRequest};
use crate::context::{Position, RunContext};
use crate::definition::{DefinitionRef, StepDefinition};
use crate::engine::{Command, Engine, Input, Setup};
use crate::error::{ApprovalRequiredError, PanicError, StepError};
use crate::result::{ChildResult, RunRecord};
use crate::workflow::{Attempted, BlockingWorkflow, StepOutcome};

/// A workflow without its types, so that the loop is compiled once.
pub(crate) trait Steps {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome;
    fn state(&self) -> &dyn Any;
}

impl<W: BlockingWorkflow> Steps for W {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        BlockingWorkflow::run_step(self, step, ctx)
    }

    fn state(&self) -> &dyn Any {
        crate::workflow::Workflow::state(self)
    }
}

/// Runs to the end, to a failure or to a pause.
pub(crate) fn drive(
    workflow: &mut dyn Steps,
    definition: &DefinitionRef,
    start: Start,
    around: &mut Surroundings<'_>,
    key_root: Option<&str>,
) -> RunRecord {
    let seed = chance() as u64;
    let setup = |at| Setup { at, gates: around.gates, observed: !around.observers.is_empty(), seed };
    let (mut engine, mut command) = match start {
        Start::New { run_id, at } => Engine::start(definition.clone(), run_id, setup(at)),
        Start::Resumed { record, decision, at } => {
            Engine::resume(definition.clone(), *record, decision, setup(at))
        }
    };
    let _run = info_span!("workflow", name = %definition.name, run_id = %engine.record().run_id).entered();
    let mut span = StepSpan(None);
    loop {
        let input = match command {
            Command::Ask { step } => {
                span.enter(step, &definition.steps[step]);
                let decision = ask(definition, step, &engine, workflow.state(), around);
                Input::Decided { decision, at: around.stopwatch.now() }
            }
            Command::Attempt { step, attempt } => {
                span.enter(step, &definition.steps[step]);
                let position = Position {
                    workflow_name: &definition.name,
                    step_name: &definition.steps[step].name,
                    run_id: &engine.record().run_id,
                    attempt,
                    visit: 1,
                    key_root,
                };
                let mut children = Vec::new();
                let outcome = run_body(workflow, step, position, around, &mut children);
                Input::Attempted { outcome, children, at: around.stopwatch.now() }
            }
            Command::Finish => return engine.into_record(),
            Command::Notify(notice) => {
                let event = event(notice, &engine, definition, workflow.state());
                Input::Notified(around.observers.tell(&event))
            }
            Command::Wait(duration) => {
                debug!(?duration, "waiting before the next attempt");
                around.sleeper.sleep(duration);
                Input::Waited
            }
        };
        command = engine.handle(input);
    }
}

fn run_body(
    workflow: &mut dyn Steps,
    step: usize,
    position: Position<'_>,
    around: &mut Surroundings<'_>,
    children: &mut Vec<ChildResult>,
) -> StepOutcome {
    let _attempt = info_span!("attempt", n = position.attempt).entered();
    let mut context = RunContext { position, around: around.reborrow(), children };
    // The state stays as the panic left it, and is handed back with the result: nobody goes on with
    // it unawares.
    let outcome = catch_unwind(AssertUnwindSafe(|| workflow.run_step(step, &mut context)));
    let outcome = outcome.unwrap_or_else(|payload| {
        let error = StepError::Panicked(PanicError::from_payload(&*payload));
        StepOutcome(Attempted::Failed { error, retry: false })
    });
    if let Attempted::Failed { error, .. } = &outcome.0 {
        warn!(%error, "attempt failed");
    }
    outcome
}

fn ask(
    definition: &DefinitionRef,
    step: usize,
    engine: &Engine,
    state: &dyn Any,
    around: &mut Surroundings<'_>,
) -> Result<ApprovalDecision, StepError> {
    let step = &definition.steps[step];
    let Some(handler) = &mut around.approvals else {
        let step = step.name.to_string();
        return Err(StepError::ApprovalRequired(Box::new(ApprovalRequiredError::NoHandler { step })));
    };
    let gate = step.approval.as_ref();
    let metadata = gate.map(|gate| gate.metadata_json()).unwrap_or_default();
    let request = ApprovalRequest {
        workflow_name: &definition.name,
        step_name: &step.name,
        run_id: &engine.record().run_id,
        message: gate.and_then(|gate| gate.message.as_deref()),
        metadata: &metadata,
        state,
    };
    catch_unwind(AssertUnwindSafe(|| handler.decide(&request)))
        .unwrap_or_else(|payload| Err(PanicError::from_payload(&*payload).into()))
        .map_err(StepError::ApprovalHandler)
}

/// The span of the step under way: from its approval to its last attempt.
struct StepSpan(Option<(usize, EnteredSpan)>);

impl StepSpan {
    fn enter(&mut self, step: usize, definition: &StepDefinition) {
        if self.0.as_ref().is_some_and(|(current, _)| *current == step) {
            return;
        }
        // Spans must be left before the next one is entered.
        self.0 = None;
        self.0 = Some((step, info_span!("step", name = %definition.name, visit = 1).entered()));
    }
}
