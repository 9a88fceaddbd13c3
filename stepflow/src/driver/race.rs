//! Futures that somebody may not want to wait for: a body, a question, a wait. They are pinned by the
//! caller, because a future that is handed on is one that is moved, and held twice.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, ready};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use tracing::Span;

use super::{Answer, Time, panicked};
use crate::cancel::CancelToken;
use crate::error::{BoxError, PanicError};
use crate::workflow::{Attempted, StepOutcome};

/// The future, inside a span.
pub(super) fn inside<F: Future>(
    span: &Span,
    mut future: Pin<&mut F>,
) -> impl Future<Output = F::Output> + Unpin {
    poll_fn(move |waker| span.in_scope(|| future.as_mut().poll(waker)))
}

/// A body inside its span, with its panics contained. What it comes to is left in `outcome`.
pub(super) fn contained<F: Future<Output = StepOutcome>>(
    span: &Span,
    mut body: Pin<&mut F>,
    outcome: &mut StepOutcome,
) -> impl Future<Output = ()> + Unpin {
    poll_fn(move |waker| {
        let _attempt = span.enter();
        let polled = catch_unwind(AssertUnwindSafe(|| {
            match ready!(body.as_mut().poll(waker)).0 {
                // By its parts: a whole outcome would be copied from where it was just written.
                Attempted::Succeeded { output } => outcome.0 = Attempted::Succeeded { output },
                other => outcome.0 = other,
            }
            Poll::Ready(())
        }));
        polled.unwrap_or_else(|payload| {
            *outcome = panicked(&*payload);
            Poll::Ready(())
        })
    })
}

/// How many children are under way in a body.
#[derive(Debug, Default)]
pub(crate) struct UnderWay(AtomicUsize);

impl UnderWay {
    /// Counts one more until the guard is dropped.
    pub(crate) fn enter(&self) -> impl Drop + Send + use<'_> {
        struct Guard<'a>(&'a AtomicUsize);

        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }

        self.0.fetch_add(1, Ordering::Relaxed);
        Guard(&self.0)
    }
}

/// Where a step comes back from its children: if somebody wants the run to stop, it goes no further, and
/// never sees what they came to, which may be too little. Its driver is about to drop it.
pub(crate) async fn stopped_with_children(cancel: Option<&CancelToken>) {
    if cancel.is_some_and(CancelToken::is_cancelled) {
        std::future::pending::<()>().await;
    }
}

/// Looks at a body that is about to be dropped until no child is under way in it: they have been told to
/// stop, and their hooks are still to be told, and they to be attached.
pub(super) async fn wound_down(mut body: impl Future<Output = ()> + Unpin, inside: &UnderWay) {
    poll_fn(|waker| match Pin::new(&mut body).poll(waker) {
        Poll::Pending if inside.0.load(Ordering::Relaxed) == 0 => Poll::Ready(()),
        polled => polled,
    })
    .await;
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

/// What the future came to; `None` when its time was up first.
pub(super) async fn within<F: Future>(
    limit: Option<Duration>,
    time: &Time<'_>,
    future: F,
) -> Option<F::Output> {
    let Some(limit) = limit else { return Some(future.await) };
    match select(pin!(future), time.timer.sleep(limit)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
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
