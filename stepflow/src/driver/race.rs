//! Futures that somebody may not want to wait for: a body, a question, a wait.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, poll_immediate, select};
use tracing::{Instrument, Span};

use super::{Answer, Surroundings, Time, attempt_span, context, log, panicked};
use crate::cancel::CancelToken;
use crate::context::Position;
use crate::engine::Engine;
use crate::error::{BoxError, PanicError};
use crate::result::ChildResult;
use crate::workflow::{AsyncWorkflow, StepOutcome};

/// Runs a body once; `None` when somebody cancelled first. The body is pinned once: a future that is
/// moved into the next is held twice.
pub(super) async fn body<W: AsyncWorkflow>(
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
    let span = attempt_span(position.attempt).unwrap_or_else(Span::none);
    let body = pin!(AssertUnwindSafe(workflow.run_step(step, &mut context)).catch_unwind());
    let body = async { body.await.unwrap_or_else(|payload| panicked(&*payload)) };
    let body = pin!(body.instrument(span.clone()));
    let outcome = match (limit, &scope) {
        (Some(limit), Some(scope)) => {
            let outcome = until_cancelled(cancel, pin!(within(limit, scope, time, body))).await;
            outcome.map(|outcome| outcome.unwrap_or_else(|| StepOutcome::timed_out(limit)))
        }
        _ => until_cancelled(cancel, body).await,
    };
    span.in_scope(|| outcome.iter().for_each(log));
    outcome
}

/// What the future came to; `None` when somebody cancelled first. The future is looked at first, so
/// what is ready is not lost.
pub(super) async fn until_cancelled<F: Future>(cancel: Option<&CancelToken>, future: F) -> Option<F::Output> {
    let Some(cancel) = cancel else { return Some(future.await) };
    match select(pin!(future), pin!(cancel.cancelled())).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// What the future came to; `None` when its time was up first. Then `scope` is cancelled and the future
/// looked at once more, so that a child that runs in it can write down that it was stopped.
async fn within<F: Future>(
    limit: Duration,
    scope: &CancelToken,
    time: &Time<'_>,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    match select(future.as_mut(), time.timer.sleep(limit)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => {
            scope.cancel();
            poll_immediate(future).await;
            None
        }
    }
}

/// The answer of a hook or handler, now or later; a panic in it is a failure of theirs.
pub(super) async fn settled<T>(answer: Answer<T>) -> Result<T, BoxError> {
    match answer {
        Answer::Now(result) => result,
        Answer::Later(future) => AssertUnwindSafe(future)
            .catch_unwind()
            .await
            .unwrap_or_else(|payload| Err(PanicError::from_payload(&*payload).into())),
    }
}
