//! Runs a workflow as a future.

use std::pin::pin;

use tracing::{Instrument, Span, debug};

use super::race::{body, settled, until_cancelled};
use super::{
    Answer, Start, Surroundings, TARGET, ask, engine, event, hook_failed, position, run_span, step_span,
};
use crate::definition::DefinitionRef;
use crate::engine::{Command, Engine, Input, Notice};
use crate::error::{HookError, StepError};
use crate::result::RunRecord;
use crate::workflow::{AsyncWorkflow, StepOutcome};

/// Runs to the end, to a failure or to a pause. Dropped, it stops at once.
pub(crate) async fn drive<W: AsyncWorkflow>(
    workflow: &mut W,
    definition: &DefinitionRef,
    start: Start,
    around: &mut Surroundings<'_>,
    key_root: Option<&str>,
) -> RunRecord {
    let mut engine = engine(definition, start, around);
    let mut command = engine.begin();
    let run = run_span(definition, &engine).unwrap_or_else(Span::none);
    let work = async {
        let (mut visit, mut span) = (None, Span::none());
        while command != Command::Finish {
            if visit != engine.under_way() {
                visit = engine.under_way();
                span = visit.and_then(|visit| step_span(definition, visit)).unwrap_or_else(Span::none);
            }
            let input = if around.is_cancelled() && command.can_be_cancelled() {
                Input::cancelled(around.time.now())
            } else {
                let done = carry_out(command, workflow, &engine, definition, around, key_root);
                done.instrument(span.clone()).await
            };
            command = engine.handle(input);
        }
        engine.take_record()
    };
    work.instrument(run).await
}

async fn carry_out<W: AsyncWorkflow>(
    command: Command,
    workflow: &mut W,
    engine: &Engine,
    definition: &DefinitionRef,
    around: &mut Surroundings<'_>,
    key_root: Option<&str>,
) -> Input {
    let (cancel, time) = (around.cancel, around.time);
    match command {
        Command::Ask { step } => {
            let answer = ask(definition, step, engine, workflow.state(), around);
            let decision = async { settled(answer?).await.map_err(StepError::ApprovalHandler) };
            match until_cancelled(cancel, pin!(decision)).await {
                Some(decision) => Input::Decided { decision, at: time.now() },
                None => Input::cancelled(time.now()),
            }
        }
        Command::Attempt { step, attempt } => {
            let mut children = Vec::new();
            let position = position(definition, engine, (step, attempt), key_root);
            let outcome = body(workflow, engine, step, &position, around, &mut children).await;
            let at = time.now();
            match outcome {
                Some(outcome) if !around.is_cancelled() => Input::Attempted { outcome, children, at },
                outcome => {
                    let attempt = Some(outcome.unwrap_or_else(StepOutcome::stopped));
                    Input::Cancelled { at, attempt, children }
                }
            }
        }
        Command::Notify(notice) => Input::Notified(tell(notice, engine, definition, workflow, around).await),
        Command::Wait(duration) => {
            debug!(target: TARGET, ?duration, "waiting");
            match until_cancelled(cancel, time.timer.sleep(duration)).await {
                Some(()) => Input::Waited { at: time.now() },
                None => Input::cancelled(time.now()),
            }
        }
        // The loop ends at it; an engine that has finished stays finished whatever it is told.
        Command::Finish => Input::cancelled(time.now()),
    }
}

/// Tells every hook in order, whether or not an earlier one failed.
async fn tell<W: AsyncWorkflow>(
    notice: Notice,
    engine: &Engine,
    definition: &DefinitionRef,
    workflow: &mut W,
    around: &mut Surroundings<'_>,
) -> Vec<HookError> {
    let mut failures = Vec::new();
    for hook in 0..around.observers.len() {
        let answer = {
            let event = event(notice, engine, definition, workflow.state());
            Answer::of(|| around.observers.call(hook, &event))
        };
        if let Err(source) = settled(answer).await {
            failures.push(hook_failed(notice, definition, hook, source));
        }
    }
    failures
}
