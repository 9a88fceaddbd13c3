//! Runs a workflow as a future.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

use futures_util::FutureExt;
use futures_util::future::{Either, poll_immediate, select};
use tracing::{Instrument, Span, debug};

use super::{
    Answer, Start, Surroundings, ask, attempt_span, contained, context, engine, event, hook_failed, position,
    run_span, step_span,
};
use crate::cancel::CancelToken;
use crate::definition::DefinitionRef;
use crate::engine::{Command, Engine, Input, Notice};
use crate::error::{BoxError, HookError, PanicError, StepError};
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
        let mut span = None;
        loop {
            if command.can_be_cancelled() && around.is_cancelled() {
                command = engine.handle(Input::cancelled(around.stopwatch.now()));
                continue;
            }
            if let Command::Ask { step } | Command::Attempt { step, .. } = command {
                let visit = (step, engine.visit());
                if span.as_ref().is_none_or(|(current, _)| *current != visit) {
                    span = step_span(definition, step, visit.1).map(|span| (visit, span));
                }
            }
            let within = span.as_ref().map_or_else(Span::none, |(_, span): &(_, Span)| span.clone());
            let input = match command {
                Command::Finish => return engine.into_record(),
                Command::Notify(notice) => {
                    Input::Notified(tell(notice, &engine, definition, workflow, around).await)
                }
                Command::Ask { step } => {
                    let answer = ask(definition, step, &engine, workflow.state(), around);
                    let asked = async {
                        match answer {
                            Ok(answer) => settle(answer).await.map_err(StepError::ApprovalHandler),
                            Err(error) => Err(error),
                        }
                    };
                    match until_cancelled(around.cancel, asked.instrument(within)).await {
                        Some(decision) => Input::Decided { decision, at: around.stopwatch.now() },
                        None => Input::cancelled(around.stopwatch.now()),
                    }
                }
                Command::Attempt { step, attempt, timeout } => {
                    let mut children = Vec::new();
                    let at = position(definition, &engine, (step, attempt), key_root);
                    // Children stop when the attempt's time is up, not only when the run is cancelled.
                    let scope =
                        timeout.map(|_| around.cancel.map_or_else(CancelToken::new, CancelToken::child));
                    let (timer, cancel) = (around.timer, around.cancel);
                    let outcome = {
                        let mut inner = around.reborrow();
                        inner.cancel = scope.as_ref().or(inner.cancel);
                        let mut context = context(&at, &mut inner, &mut children);
                        let body = AssertUnwindSafe(workflow.run_step(step, &mut context)).catch_unwind();
                        let body = body.map(|body| match body {
                            Ok(outcome) => contained(Some(outcome), None),
                            Err(panic) => contained(None, Some(panic)),
                        });
                        let mut body =
                            pin!(body.instrument(attempt_span(attempt).unwrap_or_else(Span::none)));
                        let limited = async {
                            let (Some(limit), Some(scope)) = (timeout, &scope) else { return body.await };
                            match select(body.as_mut(), timer.sleep(limit)).await {
                                Either::Left((outcome, _)) => outcome,
                                Either::Right(_) => {
                                    scope.cancel();
                                    // One more look, in which a child writes down that it was stopped.
                                    let _ = poll_immediate(body).await;
                                    contained(Some(StepOutcome::timed_out(limit)), None)
                                }
                            }
                        };
                        until_cancelled(cancel, limited.instrument(within)).await
                    };
                    let at = around.stopwatch.now();
                    match outcome {
                        Some(outcome) if outcome.is_success() || !around.is_cancelled() => {
                            Input::Attempted { outcome, children, at }
                        }
                        _ => Input::Cancelled { at, interrupted: true, children },
                    }
                }
                Command::Wait(duration) => {
                    debug!(?duration, "waiting");
                    match until_cancelled(around.cancel, around.timer.sleep(duration)).await {
                        Some(()) => Input::Waited { at: around.stopwatch.now() },
                        None => Input::cancelled(around.stopwatch.now()),
                    }
                }
            };
            command = engine.handle(input);
        }
    };
    work.instrument(run).await
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
        if let Err(source) = settle(answer).await {
            failures.push(hook_failed(notice, definition, hook, source));
        }
    }
    failures
}

async fn settle<T>(answer: Answer<T>) -> Result<T, BoxError> {
    match answer {
        Answer::Now(result) => result,
        Answer::Later(future) => AssertUnwindSafe(future)
            .catch_unwind()
            .await
            .unwrap_or_else(|payload| Err(PanicError::from_payload(&*payload).into())),
    }
}

/// What the future came to; `None` when somebody cancelled first. The future is looked at first, so
/// what is ready is not lost.
async fn until_cancelled<F: Future>(cancel: Option<&CancelToken>, future: F) -> Option<F::Output> {
    let Some(cancel) = cancel else { return Some(future.await) };
    match select(pin!(future), pin!(cancel.cancelled())).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
