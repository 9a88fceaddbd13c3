//! Looks at a run that was taken up: whether it may go on here, and as what.

use std::error::Error;
use std::sync::Arc;

use serde_json::json;
use stepflow::engine::{Position, RunHead};
use stepflow::{
    Answer, CheckpointError, Clock, RecoverError, SavedRun, StepResult, Timestamp, WorkflowDefinition,
};

use super::carry::Taken;
use super::held::{self, cancelled_event, event, full_text};
use super::registry::{Entry, Job, Running, Unfit};
use super::shared::{Shared, TARGET};
use super::slot::Slot;
use crate::{Advance, Change, Hold, NewVisit, RunStatus, StoreError, StoredRun};

/// What becomes of a run that was taken up.
pub(super) enum Found {
    /// It has changed, and is to be looked at again.
    Again(Box<StoredRun>),
    /// There is nothing to do about it here, or no more.
    Done,
    /// It goes on, from then on if that is still to come.
    Runs { running: Running, blocking: bool, due: Option<Timestamp> },
}

/// Looks at a run that was taken up.
pub(super) async fn examine(shared: &Arc<Shared>, slot: &Arc<Slot>, taken: Taken) -> Found {
    match verdict(shared, slot, taken).await {
        Ok(found) => found,
        Err(Why::Amend { stored, change, then }) => amend(shared, slot, &stored, &change, then).await,
        Err(Why::Hold { stored, hold }) => {
            let run_id = &stored.id;
            tracing::warn!(target: TARGET, %run_id, %hold, "held");
            amend(shared, slot, &stored, &held::change(&hold), Then::Done).await
        }
        Err(Why::Store(error)) => {
            held::give_up(shared, slot, "it cannot be read", error).await;
            Found::Done
        }
    }
}

/// Why a run does not go on as it is.
enum Why {
    /// Something about it has to be changed first.
    Amend { stored: Box<StoredRun>, change: Box<Change>, then: Then },
    /// Nobody may take it.
    Hold { stored: Box<StoredRun>, hold: Hold },
    /// The store cannot say what it is.
    Store(StoreError),
}

enum Then {
    Again,
    Done,
}

async fn verdict(shared: &Arc<Shared>, slot: &Arc<Slot>, taken: Taken) -> Result<Found, Why> {
    let Taken { run: stored, visits } = taken;
    let Some(entry) = shared.registry.get(&stored.workflow) else {
        // The store was asked for what is registered.
        return Err(amended(stored, Change { release: true, ..Change::default() }, Then::Done));
    };
    let visits = match visits {
        Some(visits) => visits,
        None => match shared.insist(&slot.gone, || shared.store.visits(&stored.id)).await {
            None => return Ok(Found::Done),
            Some(visits) => visits.map_err(Why::Store)?,
        },
    };
    let saved = match stored.saved(&visits) {
        Ok(saved) => saved,
        Err(error) => return Err(damaged(stored, &error)),
    };
    if stored.cancel.is_some() {
        return cancel(shared, slot, stored, saved).await;
    }
    if stored.hold.is_some() {
        return Err(adopt(entry, stored, saved));
    }
    if stored.definition.fingerprint != entry.text.fingerprint {
        return Err(changed(entry, stored));
    }
    if stored.claims > shared.settings.max_claims {
        let hold = Hold::Crashed { claims: stored.claims - 1 };
        return Err(Why::Hold { stored: stored.into(), hold });
    }
    let answer = match stored.answer.as_deref().map(serde_json::from_str::<Answer>).transpose() {
        Ok(answer) => answer,
        Err(error) => return Err(damaged(stored, &error)),
    };
    let (position, step) = (saved.head().position().clone(), stored.step.clone());
    if let (Position::Begun { .. }, None | Some(Answer::Decided(_))) = (&position, &answer) {
        tracing::info!(target: TARGET, run_id = %stored.id, step, "unsettled");
        let change = Change {
            status: Some(RunStatus::Unsettled),
            due: Some(None),
            release: true,
            event: Some(event("unsettled", &json!({ "step": step }))),
            ..Change::default()
        };
        return Err(amended(stored, change, Then::Done));
    }
    let job = Job { saved, answer, state: stored.state.clone() };
    let hold = match entry.build(job, shared, slot) {
        Ok(running) => {
            let due = position.due().map(|due| due.timestamp()).filter(|due| *due > shared.clock.now());
            return Ok(Found::Runs { running, blocking: entry.blocking, due });
        }
        Err(Unfit::Definition(built)) => {
            Hold::DefinitionChanged { differences: listed(&entry.definition, &built) }
        }
        Err(Unfit::State(CheckpointError::StateChanged { place, why })) => {
            Hold::StateChanged { place, what: why }
        }
        Err(Unfit::State(error)) => Hold::Damaged { what: full_text(&error) },
    };
    Err(Why::Hold { stored: stored.into(), hold })
}

/// Stops a run that somebody wants to be cancelled, where it is.
async fn cancel(
    shared: &Arc<Shared>,
    slot: &Arc<Slot>,
    stored: StoredRun,
    saved: SavedRun,
) -> Result<Found, Why> {
    let definition = stored.definition.read().map_err(Why::Store)?;
    let advance = match cancelled(saved, &definition, shared.clock.now()) {
        Ok(advance) => Advance { event: cancelled_event(&stored), ..advance },
        Err(error) => return Err(damaged(stored, &*error)),
    };
    match shared.insist(&slot.gone, || shared.store.advance(&slot.claim, &advance)).await {
        None => {}
        Some(Ok(_)) => tracing::info!(target: TARGET, run_id = %stored.id, "cancelled"),
        Some(Err(error)) if error.is_lease_lost() => shared.beat.notify_one(),
        Some(Err(error)) => return Err(Why::Store(error)),
    }
    Ok(Found::Done)
}

fn cancelled(
    saved: SavedRun,
    definition: &WorkflowDefinition,
    now: Timestamp,
) -> Result<Advance, Box<dyn Error>> {
    let (head, visit) = saved.cancel(definition, now)?;
    let visit = match visit {
        None => None,
        Some(result) => {
            let visit: StepResult = serde_json::from_str(&result)?;
            let (sequence, step) = (visit.sequence().unwrap_or_default(), visit.name().to_owned());
            Some(NewVisit { sequence, step, result, state: None })
        }
    };
    let (head, step) = (head.to_json()?, None);
    Ok(Advance { status: RunStatus::Cancelled, due: None, step, head, visit, release: true, event: None })
}

/// A run that is to go on by the definition of the day.
fn adopt(entry: &Entry, stored: StoredRun, saved: SavedRun) -> Why {
    let hold = stored.hold.as_deref().map(serde_json::from_str::<Hold>);
    match hold {
        Some(Ok(Hold::Adopt)) => {}
        // Somebody made it ready, and left the reason standing.
        _ => return amended(stored, Change { hold: Some(None), ..Change::default() }, Then::Again),
    }
    if stored.definition.fingerprint == entry.text.fingerprint {
        return amended(stored, Change { hold: Some(None), ..Change::default() }, Then::Again);
    }
    let before = match stored.definition.read() {
        Ok(definition) => definition,
        Err(error) => return damaged(stored, &error),
    };
    let step = saved.head().position().step();
    let Some(step) = step.and_then(|step| before.steps.get(step)) else { return changed(entry, stored) };
    let head = saved.at_step(&step.name, &entry.definition).and_then(|saved| head_json(saved.head()));
    match head {
        Ok(head) => {
            let change = Change {
                due: Some(None),
                step: Some(Some(step.name.to_string())),
                head: Some(head),
                definition: Some(entry.text.clone()),
                hold: Some(None),
                ..Change::default()
            };
            amended(stored, change, Then::Again)
        }
        Err(RecoverError::NoSuchStep { .. }) => changed(entry, stored),
        Err(error) => damaged(stored, &error),
    }
}

fn head_json(head: &RunHead) -> Result<String, RecoverError> {
    head.to_json().map_err(|source| RecoverError::Unreadable { what: "head".to_owned(), source })
}

/// A run of another definition than that of the day.
fn changed(entry: &Entry, stored: StoredRun) -> Why {
    match stored.definition.read() {
        Ok(before) => {
            let differences = listed(&before, &entry.definition);
            Why::Hold { stored: stored.into(), hold: Hold::DefinitionChanged { differences } }
        }
        Err(error) => damaged(stored, &error),
    }
}

fn listed(before: &WorkflowDefinition, now: &WorkflowDefinition) -> Vec<String> {
    before.outline().differences(&now.outline()).iter().map(ToString::to_string).collect()
}

fn damaged(stored: StoredRun, error: &dyn Error) -> Why {
    Why::Hold { stored: stored.into(), hold: Hold::Damaged { what: full_text(error) } }
}

fn amended(stored: StoredRun, change: Change, then: Then) -> Why {
    Why::Amend { stored: stored.into(), change: change.into(), then }
}

/// Makes a change to the run as it was looked at, or looks at it again.
async fn amend(shared: &Shared, slot: &Slot, stored: &StoredRun, change: &Change, then: Then) -> Found {
    let run = &stored.id;
    match shared.insist(&slot.gone, || shared.store.amend(run, stored.version, change)).await {
        None => return Found::Done,
        Some(Ok(true)) if matches!(then, Then::Done) => return Found::Done,
        Some(Ok(_)) => {}
        Some(Err(error)) => {
            held::give_up(shared, slot, "it cannot be changed", error).await;
            return Found::Done;
        }
    }
    match shared.insist(&slot.gone, || shared.store.load(run)).await {
        Some(Ok(Some(changed))) if slot.holds(&changed) && changed.status == RunStatus::Ready => {
            Found::Again(Box::new(changed))
        }
        Some(Err(error)) => {
            held::give_up(shared, slot, "it cannot be read", error).await;
            Found::Done
        }
        _ => Found::Done,
    }
}
