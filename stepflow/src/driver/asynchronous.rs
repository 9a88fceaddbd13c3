//! Runs a workflow as a future.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tracing::{Instrument, Span, debug};

use super::race::{settled, until_cancelled, within};
use super::{
    Answer, Start, Surroundings, ask, attempt_span, context, engine, event, hook_failed, log, panicked,
    position, run_span, step_span,
};
use crate::cancel::CancelToken;
use crate::context::Position;
use crate::definition::DefinitionRef;
use crate::engine::{Command, Engine, Input, Notice};
use crate::error::{HookError, StepError};
use crate::result::{ChildResult, RunRecord};
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
        let mut span = Span::none();
        let mut visit = None;
        loop {
            if around.is_cancelled() && command.can_be_cancelled() {
                command = engine.handle(Input::cancelled(around.time.now()));
                continue;
            }
            if let Command::Ask { step } | Command::Attempt { step, .. } = command
                && visit.replace((step, engine.visit())) != Some((step, engine.visit()))
            {
                span = step_span(definition, step, engine.visit()).unwrap_or_else(Span::none);
            }
            let input = match command {
                Command::Ask { step } => {
                    let answer = ask(definition, step, &engine, workflow.state(), around);
                    let decision = async { settled(answer?).await.map_err(StepError::ApprovalHandler) };
                    let decision = until_cancelled(around.cancel, decision.instrument(span.clone())).await;
                    decision.map(|decision| Input::Decided { decision, at: around.time.now() })
                }
                Command::Attempt { step, attempt } => {
                    let mut children = Vec::new();
                    let position = position(definition, &engine, (step, attempt), key_root);
                    let body = body(workflow, &engine, step, &position, around, &mut children);
                    let outcome = body.instrument(span.clone()).await;
                    let at = around.time.now();
                    Some(match outcome {
                        // What fails because somebody wants the run to stop is not a failure.
                        Some(outcome) if outcome.is_success() || !around.is_cancelled() => {
                            log(&outcome);
                            Input::Attempted { outcome, children, at }
                        }
                        _ => Input::Cancelled { at, interrupted: true, children },
                    })
                }
                Command::Finish => return engine.into_record(),
                Command::Notify(notice) => {
                    Some(Input::Notified(tell(notice, &engine, definition, workflow, around).await))
                }
                Command::Wait(duration) => {
                    debug!(?duration, "waiting");
                    let waited = until_cancelled(around.cancel, around.time.timer.sleep(duration)).await;
                    waited.map(|()| Input::Waited { at: around.time.now() })
                }
            };
            command = engine.handle(input.unwrap_or_else(|| Input::cancelled(around.time.now())));
        }
    };
    work.instrument(run).await
}

/// Runs a body once; `None` when somebody cancelled first.
async fn body<W: AsyncWorkflow>(
    workflow: &mut W,
    engine: &Engine,
    step: usize,
    position: &Position<'_>,
    around: &mut Surroundings<'_>,
    children: &mut Vec<ChildResult>,
) -> Option<StepOutcome> {
    let (cancel, time, limit) = (around.cancel, around.time, engine.timeout());
    // Children stop when the attempt's time is up, not only when the run is cancelled.
    let scope = limit.map(|_| cancel.map_or_else(CancelToken::new, CancelToken::child));
    let mut around = around.reborrow();
    around.cancel = scope.as_ref().or(cancel);
    let mut context = context(position, &mut around, children);
    let body = AssertUnwindSafe(workflow.run_step(step, &mut context)).catch_unwind();
    let body = async { body.await.unwrap_or_else(|payload| panicked(&*payload)) };
    let body = body.instrument(attempt_span(position.attempt).unwrap_or_else(Span::none));
    match (limit, &scope) {
        (Some(limit), Some(scope)) => {
            let limited = within(limit, scope, time, body);
            let outcome = until_cancelled(cancel, limited).await?;
            Some(outcome.unwrap_or_else(|| StepOutcome::timed_out(limit)))
        }
        _ => until_cancelled(cancel, body).await,
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
