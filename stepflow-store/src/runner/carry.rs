//! Carries out one run, from taking it up to letting go of it.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::task::Poll;

use futures_util::FutureExt;
use stepflow::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use super::examine::{self, Found};
use super::held;
use super::membership::Membership;
use super::registry::{Ended, Running};
use super::seat::Seat;
use super::shared::{Shared, TARGET};
use super::slot::Slot;
use super::wait::unless;
use crate::{StoredRun, StoredVisit};

/// A run that this worker has just taken hold of.
pub(super) struct Taken {
    pub(super) run: StoredRun,
    /// Its visits, if they are known.
    pub(super) visits: Option<Vec<StoredVisit>>,
}

impl Taken {
    pub(super) fn claimed(run: StoredRun) -> Self {
        Self { run, visits: None }
    }
}

/// Carries a run out in a task of its own.
pub(super) fn spawn(
    shared: &Arc<Shared>,
    membership: &Arc<Membership>,
    taken: Taken,
    room: OwnedSemaphorePermit,
) {
    let slot = Slot::new(membership, &taken.run);
    let span = tracing::info_span!(
        target: TARGET, "run", run_id = %taken.run.id, workflow = %taken.run.workflow, fence = taken.run.fence
    );
    tracing::debug!(target: TARGET, parent: &span, claims = taken.run.claims, step = taken.run.step, "taken up");
    let shared = Arc::clone(shared);
    tokio::spawn(
        async move {
            let Some(_seat) = Seat::take(&shared, &slot, room).await else {
                tracing::warn!(target: TARGET, "a step that was given up has not come back yet");
                return shared.release(&slot).await;
            };
            let carried = AssertUnwindSafe(carry(&shared, &slot, taken)).catch_unwind().await;
            if carried.is_err() {
                tracing::error!(target: TARGET, "code of the workflow panicked outside of its steps");
                shared.release(&slot).await;
            }
        }
        .instrument(span),
    );
}

async fn carry(shared: &Arc<Shared>, slot: &Arc<Slot>, taken: Taken) {
    let mut taken = Some(taken);
    while let Some(run) = taken.take() {
        let Some(found) = unless(&slot.gone, examine::examine(shared, slot, run)).await else { return };
        match found {
            Found::Again(changed) => taken = Some(Taken::claimed(*changed)),
            Found::Done => {}
            Found::Runs { running, blocking, due } => {
                if shared.draining.is_cancelled() {
                    return shared.release(slot).await;
                }
                match go_on(shared, slot, running, blocking, due).await {
                    Left::Ended(ended) => finish(shared, slot, ended).await,
                    Left::Given => shared.release(slot).await,
                    Left::Lost => {}
                }
            }
        }
    }
}

/// How a run came out of memory again.
enum Left {
    Ended(Ended),
    /// It is to be given up, as it was saved.
    Given,
    /// It is another's, or about to be.
    Lost,
}

/// Carries the run out, and waits in between.
async fn go_on(
    shared: &Arc<Shared>,
    slot: &Arc<Slot>,
    mut running: Running,
    blocking: bool,
    due: Option<Timestamp>,
) -> Left {
    // It may be a moment too early, by another clock.
    if let Some(left) = rest(shared, slot, due).await {
        return left;
    }
    loop {
        let came = if blocking {
            on_a_thread(slot, running).await
        } else {
            unless(&slot.gone, stretch(slot, &mut running)).await.map(|came| (running, came))
        };
        match came {
            None => return Left::Lost,
            Some((_, Stretch::Ended(ended))) => return Left::Ended(ended),
            Some((stopped, Stretch::Rests(due))) => {
                running = stopped;
                if let Some(left) = rest(shared, slot, Some(due)).await {
                    return left;
                }
                slot.rested();
            }
        }
    }
}

/// How far a run came.
enum Stretch {
    Ended(Ended),
    Rests(Timestamp),
}

/// Goes on with the run until it is over, or has to wait for a date.
async fn stretch(slot: &Slot, running: &mut Running) -> Stretch {
    std::future::poll_fn(|context| match running.as_mut().poll(context) {
        Poll::Ready(ended) => Poll::Ready(Stretch::Ended(ended)),
        Poll::Pending => match slot.resting() {
            Some(due) => Poll::Ready(Stretch::Rests(due)),
            None => Poll::Pending,
        },
    })
    .await
}

/// The same on a thread that may be blocked. The steps of such a run cannot be dropped: one that is under way
/// when the run is lost goes on to its end, and the run no further.
async fn on_a_thread(slot: &Arc<Slot>, mut running: Running) -> Option<(Running, Stretch)> {
    let (slot, runtime, span) = (Arc::clone(slot), Handle::current(), tracing::Span::current());
    let thread = tokio::task::spawn_blocking(move || {
        let came = async {
            let came = unless(&slot.gone, stretch(&slot, &mut running)).await?;
            Some((running, came))
        };
        runtime.block_on(came.instrument(span))
    });
    match thread.await {
        Ok(came) => came,
        Err(error) => match error.try_into_panic() {
            Ok(payload) => resume_unwind(payload),
            // The runtime is being shut down.
            Err(_) => None,
        },
    }
}

/// Waits until then, or until somebody wants the run to be cancelled; the answer is that it does not go on here.
async fn rest(shared: &Shared, slot: &Slot, due: Option<Timestamp>) -> Option<Left> {
    let waited = unless(&slot.cancel, shared.clock.wait_until(due?));
    match unless(&slot.gone, unless(&shared.draining, waited)).await {
        None => Some(Left::Lost),
        Some(None) => Some(Left::Given),
        Some(Some(_)) => None,
    }
}

/// Sees to what cannot be saved or gone on with.
async fn finish(shared: &Arc<Shared>, slot: &Slot, ended: Ended) {
    match (slot.trouble(), ended) {
        (Some(error), _) => held::give_up(shared, slot, "it cannot be saved", error).await,
        (None, Err(error)) => held::hold_back(shared, slot, &error).await,
        (None, Ok(status)) => tracing::debug!(target: TARGET, ?status, "let go of"),
    }
}
