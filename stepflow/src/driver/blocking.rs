//! Runs a workflow on the calling thread.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::span::EnteredSpan;
use tracing::{Level, Span, debug, level_enabled};

use super::{
    Answer, Start, Surroundings, ask, attempt_span, contained, context, engine, event, hook_failed, position,
    run_span, step_span,
};
use crate::context::RunContext;
use crate::definition::DefinitionRef;
use crate::engine::{Command, Engine, Input, Notice};
use crate::error::{HookError, StepError};
use crate::result::RunRecord;
use crate::workflow::{BlockingWorkflow, StepOutcome, Workflow};

/// A workflow without its types, so that the loop is compiled once.
pub(crate) trait Steps {
    /// Leaves the outcome where it is wanted: one that is returned through two calls is copied twice.
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>, outcome: &mut Option<StepOutcome>);
    fn state(&self) -> &dyn Any;
}

impl<W: BlockingWorkflow> Steps for W {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>, outcome: &mut Option<StepOutcome>) {
        *outcome = Some(BlockingWorkflow::run_step(self, step, ctx));
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
    loop {
        if around.is_cancelled() && command.can_be_cancelled() {
            command = engine.handle(Input::cancelled(around.stopwatch.now()));
            continue;
        }
        command = match command {
            Command::Ask { step } => {
                span.enter(definition, step, &engine);
                let answer = ask(definition, step, &engine, workflow.state(), around);
                let decision = answer.and_then(|answer| answer.now().map_err(StepError::ApprovalHandler));
                engine.handle(Input::Decided { decision, at: around.stopwatch.now() })
            }
            Command::Attempt { step, attempt, .. } => {
                span.enter(definition, step, &engine);
                let _attempt = attempt_span(attempt).map(Span::entered);
                let (mut children, mut outcome) = (Vec::new(), None);
                let position = position(definition, &engine, (step, attempt), key_root);
                let mut context = context(&position, around, &mut children);
                let body =
                    catch_unwind(AssertUnwindSafe(|| workflow.run_step(step, &mut context, &mut outcome)));
                let outcome = contained(outcome, body.err());
                engine.handle(Input::Attempted { outcome, children, at: around.stopwatch.now() })
            }
            Command::Finish => return engine.into_record(),
            Command::Notify(notice) => {
                let errors = tell(notice, &engine, definition, workflow, around);
                engine.handle(Input::Notified(errors))
            }
            Command::Wait(duration) => {
                debug!(?duration, "waiting");
                around.sleeper.sleep(duration);
                engine.handle(Input::Waited { at: around.stopwatch.now() })
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
