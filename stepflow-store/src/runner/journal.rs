//! Writes the boundaries of a run.

use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow::engine::Boundary;
use stepflow::{BoxError, Journal, Onward, SaveFuture, Timestamp, WorkflowStatus, save_state};

use super::held::cancelled_event;
use super::shared::{Shared, TARGET};
use super::slot::Slot;
use crate::{Advance, NewEvent, NewVisit, RunStatus, StoreError};

/// Writes the boundaries of a run, under the claim of the worker that holds it.
pub(super) struct Boundaries {
    shared: Arc<Shared>,
    slot: Arc<Slot>,
    /// The state that was saved last: one that has not changed is not written again.
    state: String,
}

impl Boundaries {
    pub(super) fn new(shared: Arc<Shared>, slot: Arc<Slot>, state: String) -> Self {
        Self { shared, slot, state }
    }

    fn advance<S>(&mut self, boundary: &Boundary<'_>, state: &S) -> Result<Advance, BoxError>
    where
        S: Serialize + DeserializeOwned,
    {
        let state = if boundary.keeps_state() { None } else { self.changed(state)? };
        let visit = match (boundary.visit(), boundary.visit_json()) {
            (Some(visit), Some(result)) => Some(NewVisit {
                sequence: visit.sequence().unwrap_or_default(),
                step: visit.name().to_owned(),
                result: result?,
                state,
            }),
            _ => None,
        };
        Ok(Advance {
            status: boundary.status().map_or(Ok(RunStatus::Ready), stored)?,
            due: boundary.position().due().map(|due| due.timestamp()),
            step: boundary.step_name().map(str::to_owned),
            head: boundary.head_json()?,
            visit,
            release: false,
            event: None,
        })
    }

    /// The state as JSON, if it is another one than before.
    fn changed<S: Serialize + DeserializeOwned>(&mut self, state: &S) -> Result<Option<String>, BoxError> {
        // Code of the workflow's own: a panic in it is a state that cannot be saved.
        let saved = catch_unwind(AssertUnwindSafe(|| save_state(state)));
        let json = saved.map_err(|_| "the state panicked while it was written as JSON")??;
        if json == self.state {
            return Ok(None);
        }
        self.state.clone_from(&json);
        Ok(Some(json))
    }
}

impl<S: Serialize + DeserializeOwned> Journal<S> for Boundaries {
    fn save(&mut self, boundary: &Boundary<'_>, state: &S) -> SaveFuture {
        if self.slot.gone.is_cancelled() {
            return Box::pin(ready(Ok(Onward::Stop)));
        }
        // What cannot be saved even without its state cannot be saved at all.
        let last = boundary.keeps_state();
        match self.advance(boundary, state) {
            Ok(advance) => Box::pin(commit(Arc::clone(&self.shared), Arc::clone(&self.slot), advance, last)),
            Err(error) => {
                if last {
                    self.slot
                        .fail(StoreError::refused("a boundary has no JSON").caused_by(error.to_string()));
                }
                Box::pin(ready(Err(error)))
            }
        }
    }
}

/// What comes after a boundary.
enum Next {
    End,
    GoOn,
    Park(Option<Timestamp>),
    Rest(Timestamp),
}

impl Next {
    fn after(advance: &Advance, shared: &Shared) -> Self {
        if advance.status != RunStatus::Ready {
            return Self::End;
        }
        let wait = advance.due.map(|due| (due, shared.clock.until(due)));
        match wait {
            _ if shared.draining.is_cancelled() => Self::Park(advance.due),
            Some((due, wait)) if wait > shared.settings.park_after => Self::Park(Some(due)),
            Some((due, wait)) if !wait.is_zero() => Self::Rest(due),
            _ => Self::GoOn,
        }
    }
}

async fn commit(
    shared: Arc<Shared>,
    slot: Arc<Slot>,
    mut advance: Advance,
    last: bool,
) -> Result<Onward, BoxError> {
    let next = Next::after(&advance, &shared);
    advance.release = matches!(next, Next::End | Next::Park(_));
    let run_id = &slot.claim.run;
    if advance.status == RunStatus::Cancelled {
        advance.event = cancelled(&shared, &slot).await;
    }
    // A call that failed may have been a commit that was not heard of. The same boundary again changes
    // nothing, and once the run is given up it is refused.
    let advanced = shared.insist(&slot.gone, || shared.store.advance(&slot.claim, &advance)).await;
    let cancelled = match advanced {
        None => return Ok(Onward::Stop),
        Some(Ok(advanced)) => advanced.cancelled,
        Some(Err(error)) if error.is_lease_lost() => {
            tracing::warn!(target: TARGET, %run_id, %error, "the run is let go of");
            slot.gone.cancel();
            shared.beat.notify_one();
            return Ok(Onward::Stop);
        }
        Some(Err(error)) if error.is_refused() && !last => return Err(error.into()),
        Some(Err(error)) => {
            slot.fail(error);
            return Ok(Onward::Stop);
        }
    };
    tracing::debug!(
        target: TARGET, %run_id, status = %advance.status, step = advance.step, due = ?advance.due, "advanced"
    );
    if cancelled {
        want_cancelled(&shared, &slot, &advance);
    }
    match next {
        Next::End | Next::GoOn => {}
        Next::Park(due) => {
            tracing::debug!(target: TARGET, %run_id, ?due, "parked");
            due.into_iter().for_each(|due| shared.set_alarm(due));
            return Ok(Onward::Stop);
        }
        Next::Rest(due) if !cancelled => slot.rest(due).await,
        Next::Rest(_) => {}
    }
    Ok(Onward::GoOn)
}

/// Who wanted the run to be cancelled, for its log.
async fn cancelled(shared: &Shared, slot: &Slot) -> Option<NewEvent> {
    let stored = shared.insist(&slot.gone, || shared.store.load(&slot.claim.run)).await?;
    cancelled_event(&stored.ok().flatten()?)
}

/// Somebody wants the run to be cancelled, and this boundary is the first that knows.
fn want_cancelled(shared: &Arc<Shared>, slot: &Slot, advance: &Advance) {
    slot.cancel.cancel();
    if advance.release && !advance.status.is_finished() {
        let (shared, run) = (Arc::clone(shared), slot.claim.run.clone());
        tokio::spawn(async move { shared.cancel_given_up(&run).await });
    }
}

fn stored(status: WorkflowStatus) -> Result<RunStatus, BoxError> {
    Ok(match status {
        WorkflowStatus::Cancelled => RunStatus::Cancelled,
        WorkflowStatus::Failed => RunStatus::Failed,
        WorkflowStatus::Paused => RunStatus::Paused,
        WorkflowStatus::Succeeded => RunStatus::Succeeded,
        other => return Err(format!("a run that is {other} has no place in a store").into()),
    })
}
