//! Runs a workflow on the calling thread.

use std::any::Any;
use std::mem::{replace, take};
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::span::EnteredSpan;
use tracing::{Level, Span, debug, level_enabled};

use super::{
    Answer, Start, Surroundings, TARGET, ask, attempt_span, context, engine, event, hook_failed, log,
    panicked, position, run_span, step_span,
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
    // Outlive their turn of the loop and are emptied by the engine: what is handed on is moved.
    let mut outcome = StepOutcome::stopped();
    let mut children = Vec::new();
    let mut failures = Vec::new();
    loop {
        span.follow(definition, &engine);
        if around.is_cancelled() && command.can_be_cancelled() {
            command = engine.handle(Input::cancelled(around.time.now()));
            continue;
        }
        command = match command {
            Command::Ask { step } => {
                let answer = ask(definition, step, &engine, workflow.state(), around);
                let decision = answer.and_then(|answer| answer.now().map_err(StepError::ApprovalHandler));
                engine.handle(Input::Decided { decision, at: around.time.now() })
            }
            Command::Attempt { step, attempt } => {
                let _attempt = attempt_span(attempt).map(Span::entered);
                let position = position(definition, &engine, (step, attempt), key_root);
                let mut context = context(&position, around, &mut children);
                let body =
                    catch_unwind(AssertUnwindSafe(|| workflow.run_step(step, &mut context, &mut outcome)));
                if let Err(payload) = body {
                    outcome = panicked(&*payload);
                }
                log(&outcome);
                let at = around.time.now();
                if around.is_cancelled() {
                    let attempt = Some(replace(&mut outcome, StepOutcome::stopped()));
                    engine.handle(Input::Cancelled { at, attempt, children: take(&mut children) })
                } else {
                    engine.attempted(&mut outcome, &mut children, at)
                }
            }
            Command::Finish => return engine.take_record(),
            Command::Notify(notice) => {
                tell(notice, &engine, definition, workflow, around, &mut failures);
                engine.notified(&mut failures)
            }
            // Nothing that this driver starts is saved.
            Command::Save => engine.handle(Input::Saved { at: around.time.now() }),
            Command::Wait(duration) => {
                debug!(target: TARGET, ?duration, "waiting");
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
    failures: &mut Vec<HookError>,
) {
    let event = event(notice, engine, definition, workflow.state());
    for hook in 0..around.observers.len() {
        if let Err(source) = Answer::of(|| around.observers.call(hook, &event)).now() {
            failures.push(hook_failed(notice, definition, hook, source));
        }
    }
}

/// The span of the visit under way.
struct StepSpan(Option<((usize, u32), EnteredSpan)>);

impl StepSpan {
    #[inline]
    fn follow(&mut self, definition: &DefinitionRef, engine: &Engine) {
        if !level_enabled!(Level::INFO) || self.0.as_ref().map(|(visit, _)| *visit) == engine.under_way() {
            return;
        }
        // A span must be left before the next one beside it is entered.
        self.0 = None;
        let visit = engine.under_way();
        self.0 = visit.and_then(|visit| Some((visit, step_span(definition, visit)?.entered())));
    }
}
