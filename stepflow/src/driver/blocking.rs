//! Runs a workflow on the calling thread.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::span::EnteredSpan;
use tracing::{Level, Span, debug, level_enabled};

use super::{
    Answer, Start, Surroundings, ask, attempt_span, context, engine, event, hook_failed, log, panicked,
    position, run_span, step_span,
};
use crate::context::RunContext;
use crate::definition::DefinitionRef;
use crate::engine::{Command, Engine, Input, Notice};
use crate::error::{HookError, StepError};
use crate::result::RunRecord;
use crate::workflow::{Attempted, BlockingWorkflow, StepOutcome, Workflow};

/// A workflow without its types, so that the loop is compiled once.
pub(crate) trait Steps {
    /// Leaves the outcome where it is wanted: one that is returned through two calls is copied twice.
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>, outcome: &mut StepOutcome);
    fn state(&self) -> &dyn Any;
}

impl<W: BlockingWorkflow> Steps for W {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>, outcome: &mut StepOutcome) {
        *outcome = BlockingWorkflow::run_step(self, step, ctx);
    }

    fn state(&self) -> &dyn Any {
        Workflow::state(self)
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
    let mut engine = engine(definition, start, around);
    let mut command = engine.begin();
    let _run = run_span(definition, &engine).map(Span::entered);
    let mut span = StepSpan(None);
    let mut children = Vec::new();
    loop {
        if around.is_cancelled() && command.can_be_cancelled() {
            command = engine.handle(Input::cancelled(around.time.now()));
            continue;
        }
        command = match command {
            Command::Ask { step } => {
                span.enter(definition, step, &engine);
                let answer = ask(definition, step, &engine, workflow.state(), around);
                let decision = answer.and_then(|answer| answer.now().map_err(StepError::ApprovalHandler));
                engine.handle(Input::Decided { decision, at: around.time.now() })
            }
            Command::Attempt { step, attempt } => {
                span.enter(definition, step, &engine);
                let _attempt = attempt_span(attempt).map(Span::entered);
                let mut outcome = StepOutcome(Attempted::Unfinished);
                let position = position(definition, &engine, (step, attempt), key_root);
                let mut context = context(&position, around, &mut children);
                let body =
                    catch_unwind(AssertUnwindSafe(|| workflow.run_step(step, &mut context, &mut outcome)));
                if let Err(payload) = body {
                    outcome = panicked(&*payload);
                }
                log(&outcome);
                engine.attempted(outcome, &mut children, around.time.now())
            }
            Command::Finish => return engine.into_record(),
            Command::Notify(notice) => {
                let errors = tell(notice, &engine, definition, workflow, around);
                // A fresh empty list costs nothing; one that comes out of a call is moved.
                engine.notified(if errors.is_empty() { Vec::new() } else { errors })
            }
            Command::Wait(duration) => {
                debug!(?duration, "waiting");
                around.time.sleeper.sleep(duration);
                engine.handle(Input::Waited { at: around.time.now() })
            }
        };
    }
}

/// Tells every hook, whether or not an earlier one failed.
fn tell(
    notice: Notice,
    engine: &Engine,
    definition: &DefinitionRef,
    workflow: &dyn Steps,
    around: &mut Surroundings<'_>,
) -> Vec<HookError> {
    let event = event(notice, engine, definition, workflow.state());
    let mut failures = Vec::new();
    for hook in 0..around.observers.len() {
        if let Err(source) = Answer::of(|| around.observers.call(hook, &event)).now() {
            failures.push(hook_failed(notice, definition, hook, source));
        }
    }
    failures
}

/// The span of the visit under way: from its approval to its last attempt.
struct StepSpan(Option<(usize, u32, EnteredSpan)>);

impl StepSpan {
    fn enter(&mut self, definition: &DefinitionRef, step: usize, engine: &Engine) {
        if !level_enabled!(Level::INFO) {
            return;
        }
        let visit = engine.visit();
        if self.0.as_ref().is_some_and(|(of, nth, _)| (*of, *nth) == (step, visit)) {
            return;
        }
        // A span must be left before the next one beside it is entered.
        self.0 = None;
        self.0 = step_span(definition, step, visit).map(|span| (step, visit, span.entered()));
    }
}
