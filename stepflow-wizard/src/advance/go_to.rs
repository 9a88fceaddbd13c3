//! To a stage that the answers lead to.

use std::sync::Arc;

use super::{Transaction, back, enter, settle};
use crate::Name;
use crate::definition::StageKind;
use crate::error::{Refusal, WizardError};
use crate::outcome::{Cause, EventKind, Kind};
use crate::record::{TransitionRecord, Trigger};
use crate::state::Status;
use crate::walk::Walk;

pub(super) fn go_to(transaction: &mut Transaction<'_>, stage: &Name) -> Result<(), WizardError> {
    let Some(depth) = depth_of(transaction, stage) else {
        return Err(WizardError::StageNotFound(Arc::clone(stage)));
    };
    let frame = &transaction.state.frames[depth];
    let flow = super::flow_of(transaction.definition, frame)?;
    let Some(at) = flow.position(stage) else { return Err(WizardError::StageNotFound(Arc::clone(stage))) };
    let mut walk = Walk::begin(transaction.definition, flow, frame, transaction.env.now)
        .map_err(|rejection| WizardError::Rejected { stage: Arc::clone(stage), rejection })?;
    walk.run(frame, Some(at));
    if walk.at != at {
        return back::refuse(transaction, Refusal::NotReachable(Arc::clone(stage)));
    }
    if depth == transaction.depth() && transaction.frame().stage == *stage {
        transaction.report.kind = Some(Kind::Stayed);
        return Ok(());
    }
    let record = enter::plain_record(transaction, Trigger::GoTo);
    enter::exit(transaction, Cause::GoTo);
    while transaction.depth() > depth {
        leave_flow(transaction);
    }
    transaction.state.status = Status::Active;
    enter::settle_on(transaction, Arc::clone(stage), Vec::new());
    transaction.record(TransitionRecord { to: Arc::clone(stage), depth, ..record });
    enter::entered(transaction, Cause::GoTo);
    enter::note_trigger(transaction, Trigger::GoTo);
    transaction.report.kind = Some(Kind::Moved);
    match flow.flow.stages[at].kind {
        StageKind::End | StageKind::Subflow(_) => settle::settle(transaction, walk),
        _ => Ok(()),
    }
}

/// The innermost flow being walked that has a stage of this name.
fn depth_of(transaction: &Transaction<'_>, stage: &str) -> Option<usize> {
    (0..transaction.state.frames.len()).rev().find(|depth| {
        let frame = &transaction.state.frames[*depth];
        transaction.definition.compiled(&frame.flow).is_some_and(|flow| flow.position(stage).is_some())
    })
}

/// Leaves a called flow for the time being: its answers are there when it is entered again.
fn leave_flow(transaction: &mut Transaction<'_>) {
    let Some(child) = transaction.pop_frame() else { return };
    let Some(back_to) = child.back_to.clone() else { return };
    let depth = transaction.depth();
    transaction.edit_page(depth, &back_to.from, |page| page.left = Some(Box::new(child)));
    transaction.event(EventKind::SubflowPopped { network: back_to.network, depth });
}
