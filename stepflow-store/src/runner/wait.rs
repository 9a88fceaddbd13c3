//! Waiting for one thing, unless another comes first.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use stepflow::{Backoff, CancelToken, RetryPolicy};

/// What the future comes to; `None` once the token is cancelled, and then the future is not looked at again.
pub(super) async fn unless<F: Future>(token: &CancelToken, future: F) -> Option<F::Output> {
    let (mut stop, mut future) = (pin!(token.cancelled()), pin!(future));
    poll_fn(|context| {
        if stop.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// How long to wait after the `failed`th call in a row that failed: a hundredth of a second at first, and
/// never more than a second, so that a store which is back is found soon.
pub(super) fn pause_after(failed: u32) -> Duration {
    const CALLS: RetryPolicy = RetryPolicy {
        times: u32::MAX,
        delay: Duration::from_millis(10),
        backoff: Backoff::Exponential,
        max_delay: Some(Duration::from_secs(1)),
        jitter: true,
        ..RetryPolicy::NEVER
    };
    CALLS.wait_after(failed, Duration::ZERO, super::chance::fraction).unwrap_or(Duration::from_secs(1))
}
