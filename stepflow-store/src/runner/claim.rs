//! Takes up runs that are ready.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::carry::{self, Taken};
use super::membership::Membership;
use super::shared::{Shared, TARGET};
use super::wait::{pause_after, unless};
use crate::{ClaimRequest, StoreError};

/// How many runs are taken up by one call at most: the first of many runs does not wait until all are read.
const BATCH: usize = 16;

/// Takes up runs for as long as the runner does.
pub(super) async fn keep(shared: Arc<Shared>) {
    if shared.registry.is_empty() {
        return;
    }
    let mut failed = 0;
    while !shared.draining.is_cancelled() && !shared.stopped.is_cancelled() {
        let pause = match claim(&shared).await {
            Ok(Round::Full) => continue,
            Ok(Round::NotJoined) => {
                let mut joined = shared.membership.subscribe();
                if !shared.membership().gone.is_cancelled() {
                    continue;
                }
                let _ = unless_over(&shared, joined.changed()).await;
                continue;
            }
            Ok(Round::Done) => {
                failed = 0;
                shared.settings.poll.min(until_alarm(&shared))
            }
            Err(error) => {
                failed += 1;
                if error.is_lease_lost() {
                    shared.beat.notify_one();
                }
                tracing::warn!(target: TARGET, %error, failed, "no runs could be taken up");
                pause_after(failed)
            }
        };
        let (look, wake) = (pin!(shared.look.notified()), pin!(shared.wake.notified()));
        if let Some(Ok(Either::Left(_))) = unless_over(&shared, timeout(pause, select(look, wake))).await {
            // Somebody may want a run to be cancelled that goes on here.
            shared.beat.notify_one();
        }
    }
}

enum Round {
    /// As many as there was room for, or as one call takes: there may be more.
    Full,
    /// All that there were.
    Done,
    /// The lease is lost, and the next one not there yet.
    NotJoined,
}

/// Waits until there is room, and takes up what is ready.
async fn claim(shared: &Arc<Shared>) -> Result<Round, StoreError> {
    let Some(first) = unless_over(shared, Arc::clone(&shared.room).acquire_owned()).await else {
        return Ok(Round::Done);
    };
    // The semaphore is never closed.
    let Ok(first) = first else { return Ok(Round::Done) };
    let membership = shared.membership();
    let Some(taken) = unless(&membership.gone, take(shared, &membership, first)).await else {
        return Ok(Round::NotJoined);
    };
    let (taken, wanted) = taken?;
    Ok(if taken == wanted { Round::Full } else { Round::Done })
}

/// Takes up as many runs as there is room for now, and says how many.
pub(super) async fn claim_now(shared: &Arc<Shared>) -> Result<usize, StoreError> {
    let mut all = 0;
    while !shared.draining.is_cancelled() && !shared.registry.is_empty() {
        let Ok(first) = Arc::clone(&shared.room).try_acquire_owned() else { break };
        let membership = shared.membership();
        let (taken, wanted) = take(shared, &membership, first).await?;
        all += taken;
        if taken < wanted {
            break;
        }
    }
    Ok(all)
}

async fn take(
    shared: &Arc<Shared>,
    membership: &Arc<Membership>,
    first: OwnedSemaphorePermit,
) -> Result<(usize, usize), StoreError> {
    let mut room = vec![first];
    while room.len() < BATCH
        && let Ok(more) = Arc::clone(&shared.room).try_acquire_owned()
    {
        room.push(more);
    }
    let now = stepflow::Clock::now(&shared.clock);
    shared.alarms().retain(|due| *due > now);
    let request = ClaimRequest {
        worker: membership.worker.clone(),
        workflows: shared.registry.keys().cloned().collect(),
        limit: u32::try_from(room.len()).unwrap_or(u32::MAX),
    };
    let (wanted, taken) = (room.len(), shared.store.claim(&request).await?);
    let count = taken.len();
    for (run, room) in taken.into_iter().zip(room) {
        carry::spawn(shared, membership, Taken::claimed(run), room);
    }
    Ok((count, wanted))
}

/// How long it is until a run is due.
fn until_alarm(shared: &Shared) -> Duration {
    let first = shared.alarms().first().copied();
    // A moment later it is due by the store's clock too.
    first.map_or(Duration::MAX, |due| shared.clock.until(due).max(Duration::from_millis(1)))
}

async fn unless_over<F: Future>(shared: &Shared, future: F) -> Option<F::Output> {
    unless(&shared.stopped, unless(&shared.draining, future)).await.flatten()
}
