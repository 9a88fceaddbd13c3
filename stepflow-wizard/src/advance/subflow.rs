//! Flows within flows: pushed, popped, left.

use std::sync::Arc;

use serde_json::Value;

use super::enter::{self, Motion};
use super::leave::walk_to_cursor;
use super::{Transaction, flow_of, tasks};
use crate::definition::{CompiledTarget, StageKind, SubflowCall};
use crate::error::{Limit, WizardError};
use crate::outcome::{Cause, EventKind, Kind};
use crate::record::{TransitionRecord, Trigger};
use crate::state::{Frame, Page, Return, Visit, VisitKind};
use crate::walk::{Chosen, Walk};
use crate::{Map, Name};

/// Calls another flow from the current stage.
pub(super) fn push(
    transaction: &mut Transaction<'_>,
    flow: usize,
    call: &SubflowCall,
    back_to: Option<Name>,
    data: &Map,
    chosen: &Chosen,
    motion: Motion,
) -> Result<(), WizardError> {
    let walk = walk_to_cursor(transaction)?;
    let record = enter::record_of(transaction, &walk, chosen, Motion::new(Trigger::SubflowPush, Cause::Push));
    if !(motion.skips() && transaction.original()) {
        let stage = Arc::clone(&transaction.frame().stage);
        tasks::exited(transaction, &stage)?;
    }
    enter::exit(transaction, motion.cause);
    call_flow(transaction, flow, call, back_to, data, record)
}

/// Enters a stage that is another flow.
pub(super) fn enter_stage(
    transaction: &mut Transaction<'_>,
    walk: &Walk<'_>,
    call: &SubflowCall,
) -> Result<(), WizardError> {
    let Some(CompiledTarget::Subflow { flow, .. }) = walk.flow.stages[walk.at].call else { return Ok(()) };
    let data = walk
        .known
        .data()
        .map_err(|rejection| super::leave::rejected(&walk.flow.flow.stages[walk.at], rejection))?
        .into_owned();
    transaction.mark_passed();
    let record = enter::plain_record(transaction, Trigger::SubflowPush);
    call_flow(transaction, flow, call, None, &data, record)
}

fn call_flow(
    transaction: &mut Transaction<'_>,
    flow: usize,
    call: &SubflowCall,
    back_to: Option<Name>,
    data: &Map,
    record: TransitionRecord,
) -> Result<(), WizardError> {
    let limit = transaction.definition.settings().limits.frames;
    if transaction.state.frames.len() >= limit {
        let got = transaction.state.frames.len() + 1;
        return Err(WizardError::LimitExceeded { limit: Limit::Frames, allowed: limit, got });
    }
    let called = transaction.definition.compiled_at(flow);
    let from = Arc::clone(&transaction.frame().stage);
    let depth = transaction.state.frames.len();
    let network = Arc::clone(&call.network);
    transaction.event(EventKind::SubflowPushed { network: Arc::clone(&network), depth });
    let start = called.name_of(called.start);
    let mut frame = Frame::new(Arc::clone(&called.path), Arc::clone(&start), handed_in(call, data));
    if let Some(left) = transaction.page().left.filter(|left| left.flow == called.path) {
        frame.pages = left.pages;
    }
    frame.back_to = Some(Return {
        from,
        network: Arc::clone(&network),
        to: back_to,
        results: call.results.clone(),
        at: transaction.env.now,
    });
    transaction.push_frame(frame);
    let at = transaction.env.now;
    transaction.state.entered_at = at;
    let mut walk = walk_to_cursor(transaction)?;
    enter::pass_over(transaction, &mut walk);
    let stage = walk.stage_name();
    transaction.set_cursor(Arc::clone(&stage));
    transaction.push_visit(Visit {
        stage: Arc::clone(&stage),
        kind: VisitKind::Stop,
        at,
        reopened: Vec::new(),
    });
    transaction.record(TransitionRecord { to: stage, pushed: Some(network), depth, ..record });
    enter::entered(transaction, Cause::Push);
    enter::note_trigger(transaction, Trigger::SubflowPush);
    transaction.report.kind = Some(Kind::Moved);
    Ok(())
}

/// The fields that are handed in: those that the caller has.
fn handed_in(call: &SubflowCall, data: &Map) -> Map {
    let found = call
        .data
        .iter()
        .filter_map(|(parent, child)| Some((child.to_string(), data.get(&**parent)?.clone())));
    found.collect()
}

/// The called flow has ended: its results go to the caller, which goes on.
pub(super) fn pop(transaction: &mut Transaction<'_>, walk: &Walk<'_>) -> Result<(), WizardError> {
    let stage = &walk.flow.flow.stages[walk.at];
    let result =
        walk.known.data().map_err(|rejection| super::leave::rejected(stage, rejection))?.into_owned();
    let record = enter::plain_record(transaction, Trigger::SubflowPop);
    let record = TransitionRecord { data: enter::snapshot(transaction, walk), ..record };
    let Some(child) = transaction.pop_frame() else { return Ok(()) };
    let Some(back_to) = child.back_to.clone() else { return Ok(()) };
    let answers = calls_as_stage(transaction, &back_to.from)?;
    let handed = handed_back(&back_to, &result, answers);
    let path = Arc::clone(&child.flow);
    let depth = transaction.depth();
    let keep = !transaction.original();
    let stands_still = back_to.to.as_ref() == Some(&back_to.from);
    let rev = transaction.state.rev;
    if keep {
        transaction.report.changed.extend(handed.keys().map(|name| Name::from(name.as_str())));
    }
    let handed = if keep {
        handed
    } else {
        transaction.say(depth, &Page { effects: handed, ..Page::default() });
        Map::new()
    };
    transaction.edit_or_make_page(depth, &back_to.from, |page| {
        page.left = keep.then(|| Box::new(child));
        if answers {
            page.answers = handed;
            page.touched = rev;
        } else {
            let kept = if stands_still { &mut page.results } else { &mut page.effects };
            kept.extend(handed);
            page.returned = Some(path);
            page.submitted = true;
            page.reopened = stands_still;
        }
    });
    let network = Arc::clone(&back_to.network);
    let stage = back_to.to.clone().unwrap_or_else(|| Arc::clone(&back_to.from));
    let frame = transaction.frame();
    let known = frame.visits.back().is_some_and(|visit| visit.stage == stage);
    if known || answers {
        transaction.set_cursor(Arc::clone(&stage));
    } else {
        enter::settle_on(transaction, Arc::clone(&stage), Vec::new());
    }
    transaction.state.entered_at = transaction.env.now;
    transaction.event(EventKind::SubflowPopped { network: Arc::clone(&network), depth });
    transaction.record(TransitionRecord { to: stage, popped: Some(network), depth, ..record });
    if !answers {
        enter::entered(transaction, Cause::Pop);
    }
    enter::note_trigger(transaction, Trigger::SubflowPop);
    transaction.report.kind = Some(Kind::Moved);
    Ok(())
}

/// Whether the calling stage is itself the call, so that the result is its answer.
fn calls_as_stage(transaction: &Transaction<'_>, from: &Name) -> Result<bool, WizardError> {
    let flow = flow_of(transaction.definition, transaction.frame())?;
    let at = flow.position(from).ok_or_else(|| WizardError::StageNotFound(Arc::clone(from)))?;
    Ok(matches!(flow.flow.stages[at].kind, StageKind::Subflow(_)))
}

/// The fields that are handed back: those that the called flow has. A stage that is itself the call takes all of them,
/// unless it says which.
fn handed_back(back_to: &Return, result: &Map, answers: bool) -> Map {
    if answers && back_to.results.is_empty() {
        return result.clone();
    }
    let found = back_to.results.iter().filter_map(|(child, parent)| {
        let value: &Value = result.get(&**child)?;
        Some((parent.to_string(), value.clone()))
    });
    found.collect()
}
