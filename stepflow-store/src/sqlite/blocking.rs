//! Where calls that block are made.

use stepflow::BoxError;
use tokio::runtime::{Handle, RuntimeFlavor};

/// Does what takes its time without keeping a runtime's other tasks from running: on this thread where there
/// is no runtime, on this thread with the others' tasks moved elsewhere where the runtime has several, and on
/// another thread where it has but one.
///
/// # Errors
///
/// When the runtime shuts down before it was done.
pub(super) async fn block<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BoxError> {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Err(_) => Ok(work()),
        Ok(RuntimeFlavor::MultiThread) => Ok(tokio::task::block_in_place(work)),
        Ok(_) => Ok(tokio::task::spawn_blocking(work).await?),
    }
}
