//! Futures that somebody may not want to wait for.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, poll_immediate, select};

use super::{Answer, Time};
use crate::cancel::CancelToken;
use crate::error::{BoxError, PanicError};

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
pub(super) async fn within<F: Future>(
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
