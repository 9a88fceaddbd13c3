//! Stops a runner without breaking anything off that can be waited for.

use std::sync::Arc;
use std::time::Duration;

use stepflow::RunId;
use tokio::time::timeout;

use super::shared::{Shared, TARGET};

/// What became of the runs that were being carried out when a runner was drained.
///
/// ```
/// use std::time::Duration;
/// use stepflow_store::{MemoryStore, Runner};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::builder(MemoryStore::new()).start().await?;
/// let drained = runner.drain(Duration::from_secs(20)).await;
/// for run in &drained.left {
///     eprintln!("run {run} was broken off in the middle of a step");
/// }
/// assert_eq!(drained.finished, 0);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Drained {
    /// How many came to their end or to a boundary, and are saved there.
    pub finished: usize,
    /// The runs that did not in time. Each goes on from the boundary before, and makes the attempt that was
    /// under way once more.
    pub left: Vec<RunId>,
}

impl Drained {
    /// Whether every run was saved in time.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.left.is_empty()
    }
}

pub(super) async fn drain(shared: &Arc<Shared>, within: Duration) -> Drained {
    shared.draining.cancel();
    let under_way = shared.active().len();
    // All the room there is, is there when nobody needs any.
    let all = u32::try_from(shared.settings.concurrency).unwrap_or(u32::MAX);
    let _ = timeout(within, shared.room.acquire_many(all)).await;
    let left: Vec<RunId> = shared.active().keys().cloned().collect();
    let membership = shared.membership();
    shared.stopped.cancel();
    // What this process still held is free for others at once; if the store does not hear of it, then when the
    // lease is over.
    match timeout(shared.settings.beat(), shared.store.leave(&membership.worker)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(target: TARGET, %error, "the store was not told that this process stops")
        }
        Err(_) => tracing::warn!(target: TARGET, "the store was not told in time that this process stops"),
    }
    tracing::info!(target: TARGET, finished = under_way.saturating_sub(left.len()), left = left.len(), "drained");
    Drained { finished: under_way.saturating_sub(left.len()), left }
}
