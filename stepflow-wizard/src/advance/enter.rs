//! From one stage to the next: the cursor, the events, the record.

use std::collections::VecDeque;
use std::sync::Arc;

use super::leave::{Step, walk_to_cursor};
use super::{Transaction, tasks};
use crate::definition::{HookPolicy, Snapshots};
use crate::error::WizardError;
use crate::outcome::{Cause, EventKind, Kind};
use crate::record::{TransitionRecord, Trigger};
use crate::state::{Page, Visit, VisitKind};
use crate::walk::{Chosen, Walk};
use crate::{Map, Name};

/// What sets the wizard in motion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Motion {
    pub(super) trigger: Trigger,
    pub(super) cause: Cause,
}

impl Motion {
    pub(super) fn new(trigger: Trigger, cause: Cause) -> Self {
        Self { trigger, cause }
    }

    pub(super) fn answers(self) -> bool {
        self.trigger == Trigger::UserInput
    }

    pub(super) fn skips(self) -> bool {
        self.trigger == Trigger::NavigationSkip
    }
}

/// Moves the cursor to another stage of the same flow.
pub(super) fn enter<'d>(
    transaction: &mut Transaction<'d>,
    walk: &mut Walk<'d>,
    page: &Page,
    to: usize,
    chosen: &Chosen,
    motion: Motion,
) -> Result<Step, WizardError> {
    let from = walk.at;
    if to == from {
        return stand_still(transaction, walk, to);
    }
    let record = record_of(transaction, walk, chosen, motion);
    // The walk cannot be stopped here: the way was just found open.
    let _ = walk.follow(page, chosen);
    pass_over(transaction, walk);
    let to = walk.at;
    let reopened = if walk.passed.iter().any(|passed| passed.stage == to) {
        reopen(transaction, walk, to)
    } else {
        Vec::new()
    };
    if motion.trigger != Trigger::NavigationSkip || !transaction.original() {
        tasks::exited(transaction, &walk.flow.name_of(from))?;
    }
    exit(transaction, motion.cause);
    settle_on(transaction, walk.flow.name_of(to), reopened);
    transaction.record(TransitionRecord { to: walk.flow.name_of(to), ..record });
    entered(transaction, motion.cause);
    note_trigger(transaction, motion.trigger);
    transaction.report.kind = Some(Kind::Moved);
    // After a loop, what is known on the way is what is known at the stage that was opened again.
    if walk.passed.iter().any(|passed| passed.stage == to) {
        *walk = walk_to_cursor(transaction)?;
    }
    Ok(Step::Moved)
}

/// A transition back to its own stage changes data, and moves nothing.
fn stand_still(transaction: &mut Transaction<'_>, walk: &Walk<'_>, at: usize) -> Result<Step, WizardError> {
    let (depth, stage) = (transaction.depth(), walk.flow.name_of(at));
    if !transaction.original() {
        transaction.edit_page(depth, &stage, |page| page.reopened = true);
    }
    transaction.report.kind.get_or_insert(Kind::Stayed);
    Ok(Step::Round)
}

/// Passes over stages that do not apply, to the first one that does.
pub(super) fn pass_over(transaction: &Transaction<'_>, walk: &mut Walk<'_>) {
    if transaction.original() {
        return;
    }
    walk.pass_over(transaction.frame());
}

/// Opens a stage that was walked before, and those after it, again. Their answers are kept, and shown.
fn reopen(transaction: &mut Transaction<'_>, walk: &Walk<'_>, to: usize) -> Vec<Name> {
    if transaction.original() {
        return Vec::new();
    }
    let depth = transaction.depth();
    let mut reopened = Vec::new();
    for at in walk.since(to) {
        let stage = walk.flow.name_of(at);
        let answered = transaction.frame().pages.get(&stage).is_some_and(Page::is_settled);
        if answered && !reopened.contains(&stage) {
            transaction.edit_page(depth, &stage, |page| page.reopened = true);
            reopened.push(stage);
        }
    }
    reopened
}

/// Puts the cursor on a stage, and remembers the visit.
pub(super) fn settle_on(transaction: &mut Transaction<'_>, stage: Name, reopened: Vec<Name>) {
    transaction.set_cursor(Arc::clone(&stage));
    transaction.state.entered_at = transaction.env.now;
    // The original keeps each stage once, where it was first visited.
    let known = |visits: &VecDeque<Visit>| visits.iter().any(|visit| visit.stage == stage);
    if !(transaction.original() && known(&transaction.frame().visits)) {
        transaction.push_visit(Visit { stage, kind: VisitKind::Stop, at: transaction.env.now, reopened });
    }
}

pub(super) fn exit(transaction: &mut Transaction<'_>, cause: Cause) {
    if transaction.definition.settings().hooks == HookPolicy::Full {
        transaction.event(EventKind::Exited(cause));
    }
}

pub(super) fn entered(transaction: &mut Transaction<'_>, cause: Cause) {
    if transaction.definition.settings().hooks == HookPolicy::Full {
        transaction.event(EventKind::Entered(cause));
    }
}

pub(super) fn note_trigger(transaction: &mut Transaction<'_>, trigger: Trigger) {
    transaction.report.trigger.get_or_insert(trigger);
}

/// What the log remembers; `to` is filled in by the caller.
pub(super) fn record_of(
    transaction: &Transaction<'_>,
    walk: &Walk<'_>,
    chosen: &Chosen,
    motion: Motion,
) -> TransitionRecord {
    let stage = &walk.flow.flow.stages[walk.at];
    // The original looks for the condition by the target, and finds the first that leads there.
    let leads_there = |index: &usize| walk.flow.stages[walk.at].targets[*index] == chosen.target;
    let named = chosen.transition.filter(|_| transaction.original());
    let named = named.and_then(|chosen| (0..chosen).find(leads_there)).or(chosen.transition);
    let condition = named.and_then(|index| match &stage.transitions[index].condition {
        crate::Guard::Always => None,
        guard => Some(Name::from(guard.to_string())),
    });
    TransitionRecord {
        transition: chosen.transition,
        key: chosen.key.clone(),
        condition,
        data: snapshot(transaction, walk),
        ..plain_record(transaction, motion.trigger)
    }
}

/// A record of a move that no transition stands for.
pub(super) fn plain_record(transaction: &Transaction<'_>, trigger: Trigger) -> TransitionRecord {
    let frame = transaction.frame();
    let since = transaction.env.now.duration_since(transaction.state.entered_at);
    let changed = match transaction.definition.settings().snapshots {
        Snapshots::Diff => transaction.report.changed.iter().cloned().collect(),
        Snapshots::Full | Snapshots::None => Vec::new(),
    };
    TransitionRecord {
        from: Arc::clone(&frame.stage),
        to: Arc::clone(&frame.stage),
        at: transaction.env.now,
        trigger,
        duration_ms: u64::try_from(since.as_millis()).unwrap_or(0),
        transition: None,
        key: None,
        condition: None,
        changed,
        data: None,
        pushed: None,
        popped: None,
        depth: transaction.depth(),
    }
}

/// All of the data, where the settings ask for it. What must not be shown is masked.
pub(super) fn snapshot(transaction: &Transaction<'_>, walk: &Walk<'_>) -> Option<Map> {
    if transaction.definition.settings().snapshots != Snapshots::Full {
        return None;
    }
    let mut data = walk.known.data().ok()?.into_owned();
    data.extend(transaction.turn.iter().map(|(name, value)| (name.clone(), value.clone())));
    for (name, value) in &mut data {
        if (0..walk.flow.stages.len()).any(|at| super::input::is_sensitive(walk.flow, at, name)) {
            *value = "•••".into();
        }
    }
    Some(data)
}
