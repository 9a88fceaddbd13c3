//! The code of others, whose panics are errors.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use crate::BoxError;

pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Calls `start` and waits for what it gives; a panic of either is an error.
pub(super) async fn contained<'a, T>(
    start: impl FnOnce() -> Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>,
) -> Result<T, BoxError> {
    // Nothing of ours is shared with it that a panic could leave half changed.
    let mut future = catch_unwind(AssertUnwindSafe(start)).map_err(panicked)?;
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(panic) => Poll::Ready(Err(panicked(panic))),
    })
    .await
}

#[expect(clippy::needless_pass_by_value, reason = "what a panic left is taken")]
fn panicked(panic: Box<dyn Any + Send>) -> BoxError {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", said.unwrap_or("without a message")).into()
}
