//! Holds runs back, and writes down why.

use std::error::Error;
use std::sync::Arc;

use serde_json::json;
use stepflow::RecoverError;

use super::shared::{Shared, TARGET};
use super::slot::Slot;
use crate::runs::{decision_at, gate_of};
use crate::{Change, Hold, NewEvent, RunStatus, StoreError, StoredRun, Wish};

/// The engine refused to go on with a run that this worker holds.
pub(super) async fn hold_back(shared: &Shared, slot: &Slot, error: &RecoverError) {
    let lost = match error {
        RecoverError::Unanswered { .. } => lost_decision(shared, slot).await,
        _ => Some(full_text(error)),
    };
    let Some(what) = lost else {
        // At a gate, and somebody made it ready without a decision.
        let paused = Change { status: Some(RunStatus::Paused), release: true, ..Change::default() };
        shared.amend_held(slot, |_| Some(paused.clone())).await;
        return;
    };
    let why = Hold::Damaged { what };
    tracing::warn!(target: TARGET, run_id = %slot.claim.run, hold = %why, "held");
    hold(shared, slot, &why).await;
}

/// What is wrong with a run that has no answer, though its gate was decided on: a gate is decided on once, so
/// that nobody could answer it again.
async fn lost_decision(shared: &Shared, slot: &Slot) -> Option<String> {
    let run = &slot.claim.run;
    let stored = shared.insist(&slot.gone, || shared.store.load(run)).await?.ok()??;
    let gate = gate_of(&stored).ok()??;
    let events = shared.insist(&slot.gone, || shared.store.events(run)).await?.ok()?;
    decision_at(&gate, &events)?;
    Some(format!("gate `{gate}` was decided on, as the log says, but the decision is not kept with the run"))
}

/// The store refused something for good that the run cannot go on without: it is held, if that much can be
/// written, and stays as it was saved last.
pub(super) async fn give_up(shared: &Shared, slot: &Slot, what: &str, error: StoreError) {
    let run = &slot.claim.run;
    let why = Hold::Damaged { what: format!("{what}: {}", full_text(&error)) };
    tracing::error!(target: TARGET, run_id = %run, hold = %why, "the run does not go on");
    hold(shared, slot, &why).await;
    shared.troubles().insert(run.clone(), Arc::new(error));
}

/// Keeps everybody from a run that this worker holds.
async fn hold(shared: &Shared, slot: &Slot, hold: &Hold) {
    let change = |stored: &StoredRun| (stored.status == RunStatus::Ready).then(|| change(hold));
    if let Some(Err(error)) = shared.amend_held(slot, change).await {
        tracing::error!(target: TARGET, run_id = %slot.claim.run, %error, "the run could not be held back");
    }
}

/// What keeps everybody from a run.
pub(super) fn change(hold: &Hold) -> Change {
    let json = json!(hold);
    Change {
        status: Some(RunStatus::Held),
        hold: Some(Some(json.to_string())),
        release: true,
        event: Some(event("held", &json)),
        ..Change::default()
    }
}

/// An entry in the log that no person is behind.
pub(super) fn event(kind: &str, data: &serde_json::Value) -> NewEvent {
    NewEvent { kind: kind.to_owned(), by: None, gate: None, data: data.to_string() }
}

/// That a run is cancelled, as somebody wanted it to be.
pub(super) fn cancelled_event(stored: &StoredRun) -> Option<NewEvent> {
    let wish: Wish = serde_json::from_str(stored.cancel.as_deref()?).ok()?;
    let data = wish.reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
    Some(NewEvent { by: Some(wish.by), ..event("cancelled", &data) })
}

/// An error with all its causes.
pub(super) fn full_text(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
