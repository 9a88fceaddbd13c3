//! Back to the stage before.

use std::sync::Arc;

use super::{Transaction, draft, enter};
use crate::definition::{NavigationCommand, StageKind, enabled};
use crate::error::{Refusal, WizardError};
use crate::outcome::{Cause, DiagnosticCode, EventKind, Kind};
use crate::record::{TransitionRecord, Trigger};
use crate::state::{Status, VisitKind};
use crate::walk::Walk;
use crate::{Map, Name};

pub(super) fn back(transaction: &mut Transaction<'_>, typed: Option<Map>) -> Result<(), WizardError> {
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    let stage = &flow.flow.stages[at];
    if !enabled(&transaction.definition.navigation_layers(flow, stage), NavigationCommand::Back) {
        return refuse(transaction, Refusal::Disabled("back"));
    }
    if !stage.can_go_back {
        return refuse(transaction, Refusal::BackNotAllowed(Arc::clone(&stage.name)));
    }
    let mark = transaction.mark();
    if let Some(typed) = typed {
        draft::keep(transaction, typed)?;
    }
    let found = if transaction.original() { pop_one(transaction) } else { search(transaction)? };
    let Some(target) = found else {
        transaction.rollback(mark);
        return refuse(transaction, Refusal::AtTheStart(Arc::clone(&stage.name)));
    };
    arrive(transaction, target);
    Ok(())
}

/// The way is not open: an error where the settings are strict, and otherwise an outcome in which nothing moved.
pub(super) fn refuse(transaction: &mut Transaction<'_>, refusal: Refusal) -> Result<(), WizardError> {
    if transaction.definition.settings().strict_navigation {
        return Err(refusal.into());
    }
    transaction.diagnose(DiagnosticCode::NavigationRefused, refusal.to_string());
    transaction.report.kind = Some(Kind::Stayed);
    Ok(())
}

/// In the original, the last entry of the history goes, and the one before is the current stage.
fn pop_one(transaction: &mut Transaction<'_>) -> Option<Name> {
    if transaction.frame().visits.len() < 2 {
        return None;
    }
    transaction.pop_visit();
    transaction.frame().visits.back().map(|visit| Arc::clone(&visit.stage))
}

/// The last visit before this one at which the person stopped, and which the answers still lead to.
fn search(transaction: &mut Transaction<'_>) -> Result<Option<Name>, WizardError> {
    loop {
        let leaving = Arc::clone(&transaction.frame().stage);
        undo_visit(transaction);
        let mut walk = whole_walk(transaction)?;
        while let Some(visit) = transaction.frame().visits.back() {
            let (stage, stopped) = (Arc::clone(&visit.stage), visit.kind == VisitKind::Stop);
            if stopped && stage != leaving && walk.flow.position(&stage).is_some_and(|at| walk.reaches(at)) {
                return Ok(Some(stage));
            }
            if undo_visit(transaction) {
                walk = whole_walk(transaction)?;
            }
        }
        if let Some(stage) = before_on_the_way(transaction, &walk, &leaving) {
            return Ok(Some(stage));
        }
        if !leave_flow(transaction) {
            return Ok(None);
        }
        // The calling stage: a place to stop, or a call that one goes back past.
        let calling = Arc::clone(&transaction.frame().stage);
        let flow = transaction.flow()?;
        let at = transaction.at(flow)?;
        if !matches!(flow.flow.stages[at].kind, StageKind::Subflow(_)) {
            return Ok(Some(calling));
        }
    }
}

/// Takes back the last visit, and what it had opened again; whether there was any of the latter.
fn undo_visit(transaction: &mut Transaction<'_>) -> bool {
    let Some(visit) = transaction.pop_visit() else { return false };
    let depth = transaction.depth();
    for stage in &visit.reopened {
        transaction.edit_page(depth, stage, |page| page.reopened = false);
    }
    !visit.reopened.is_empty()
}

/// The walk over all answers, as far as they lead.
fn whole_walk<'d>(transaction: &Transaction<'d>) -> Result<Walk<'d>, WizardError> {
    let (flow, frame) = (transaction.flow()?, transaction.frame());
    let mut walk = crate::view::begin(transaction.definition, flow, frame, transaction.env.now)?;
    walk.run(frame, None);
    Ok(walk)
}

/// The stage that comes before on the way that the answers lead, where the visits do not know.
fn before_on_the_way(transaction: &mut Transaction<'_>, walk: &Walk<'_>, stage: &Name) -> Option<Name> {
    let at = walk.flow.position(stage)?;
    let passed = walk.passed.iter().map(|passed| passed.stage);
    let before: Vec<usize> = passed.take_while(|passed| *passed != at).collect();
    let stops = |at: &usize| walk.flow.flow.stages[*at].kind == StageKind::Question;
    let name = walk.flow.name_of(before.into_iter().rev().find(stops)?);
    transaction.push_visit(crate::state::Visit {
        stage: Arc::clone(&name),
        kind: VisitKind::Stop,
        at: transaction.env.now,
        reopened: Vec::new(),
    });
    Some(name)
}

/// Leaves a called flow without its results. What was said there is kept only where the settings say so.
fn leave_flow(transaction: &mut Transaction<'_>) -> bool {
    let Some(child) = transaction.pop_frame() else { return false };
    let Some(back_to) = child.back_to.clone() else { return false };
    let depth = transaction.depth();
    let keep = transaction.definition.settings().keep_subflow_on_back;
    transaction.edit_page(depth, &back_to.from, |page| {
        page.left = keep.then(|| Box::new(child));
    });
    transaction.event(EventKind::SubflowPopped { network: back_to.network, depth });
    true
}

fn arrive(transaction: &mut Transaction<'_>, target: Name) {
    let record = enter::plain_record(transaction, Trigger::NavigationBack);
    enter::exit(transaction, Cause::Back);
    transaction.set_cursor(Arc::clone(&target));
    transaction.state.entered_at = transaction.env.now;
    transaction.state.attempts = 0;
    if !transaction.original() || transaction.state.status == Status::Completed {
        transaction.state.status = Status::Active;
    }
    let depth = transaction.depth();
    transaction.record(TransitionRecord { to: target, depth, ..record });
    enter::entered(transaction, Cause::Back);
    enter::note_trigger(transaction, Trigger::NavigationBack);
    transaction.report.kind = Some(Kind::Moved);
}
