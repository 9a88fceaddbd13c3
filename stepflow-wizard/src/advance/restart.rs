//! To the very beginning.

use std::sync::Arc;

use super::{Transaction, back, begin, enter};
use crate::definition::{NavigationCommand, enabled};
use crate::error::{Refusal, WizardError};
use crate::outcome::{Cause, EventKind, Kind};
use crate::record::{TransitionRecord, Trigger};
use crate::state::State;

pub(super) fn restart(transaction: &mut Transaction<'_>) -> Result<(), WizardError> {
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    let layers = transaction.definition.navigation_layers(flow, &flow.flow.stages[at]);
    if !enabled(&layers, NavigationCommand::Restart) {
        return back::refuse(transaction, Refusal::Disabled("restart"));
    }
    let record = enter::plain_record(transaction, Trigger::Restart);
    let record = TransitionRecord { data: all_data(transaction), ..record };
    enter::exit(transaction, Cause::Restart);
    transaction.event(EventKind::Restarted);
    let state = &transaction.state;
    // The original forgets what it was begun with.
    let main = state.frames.first().filter(|_| !transaction.original());
    let initial = main.map(|frame| frame.initial.clone()).unwrap_or_default();
    let fresh = begin::fresh(transaction.definition, initial, &transaction.env);
    let fresh = State {
        rev: state.rev,
        log: state.log.clone(),
        recent: state.recent.clone(),
        items_added: state.items_added,
        started_at: state.started_at,
        ..fresh
    };
    transaction.replace(fresh);
    let to = Arc::clone(&transaction.frame().stage);
    transaction.record(TransitionRecord { to, depth: 0, ..record });
    enter::note_trigger(transaction, Trigger::Restart);
    transaction.report.kind = Some(Kind::Moved);
    begin::start(transaction, Cause::Restart)
}

fn all_data(transaction: &Transaction<'_>) -> Option<crate::Map> {
    let walk = super::leave::walk_to_cursor(transaction).ok()?;
    enter::snapshot(transaction, &walk)
}
