//! After a move: stages that stop for nobody are passed, flows that ended hand their results back.

use std::sync::Arc;

use super::enter::Motion;
use super::leave::{self, Step, walk_to_cursor};
use super::{Transaction, subflow};
use crate::definition::StageKind;
use crate::error::WizardError;
use crate::outcome::{Cause, DiagnosticCode, EventKind, Kind};
use crate::record::Trigger;
use crate::state::{Page, Status, VisitKind};
use crate::walk::{Stop, Walk};
use crate::{Map, Name};

/// Goes on until a stage needs somebody, or the wizard is finished.
pub(super) fn settle<'d>(transaction: &mut Transaction<'d>, mut walk: Walk<'d>) -> Result<(), WizardError> {
    let limit = transaction.definition.settings().limits.auto_advance;
    let mut called = 0;
    loop {
        let stage = &walk.flow.flow.stages[walk.at];
        match &stage.kind {
            StageKind::End if transaction.depth() == 0 => return complete(transaction, &walk),
            StageKind::End => {
                subflow::pop(transaction, &walk)?;
                walk = walk_to_cursor(transaction)?;
                let calling = &walk.flow.flow.stages[walk.at];
                let answered = matches!(calling.kind, StageKind::Subflow(_));
                if answered && go_on(transaction, &mut walk, Trigger::SubflowPop, Cause::Pop)? != Step::Moved
                {
                    return Ok(());
                }
                continue;
            }
            StageKind::Subflow(_) if called >= limit => {
                too_many(transaction, limit);
                return Ok(());
            }
            StageKind::Subflow(call) => {
                called += 1;
                subflow::enter_stage(transaction, &walk, call)?;
                walk = walk_to_cursor(transaction)?;
                continue;
            }
            _ => {}
        }
        if !eligible(transaction, &walk) {
            transaction.walked = Some(walk);
            return Ok(());
        }
        if transaction.report.passed >= limit {
            too_many(transaction, limit);
            return Ok(());
        }
        if !passes(transaction, &mut walk)? {
            return Ok(());
        }
    }
}

fn too_many(transaction: &mut Transaction<'_>, limit: usize) {
    let message = format!("more than {limit} stages in a row stop for nobody; the wizard stops here");
    transaction.diagnose(DiagnosticCode::AutoAdvanceLimit, message);
}

/// Passes the current stage without stopping, if a way is open; otherwise nothing has happened.
fn passes<'d>(transaction: &mut Transaction<'d>, walk: &mut Walk<'d>) -> Result<bool, WizardError> {
    let (depth, stage) = (transaction.depth(), walk.flow.name_of(walk.at));
    let (mark, events, messages) =
        (transaction.mark(), transaction.report.events.len(), transaction.report.messages.len());
    if let Some(message) = crate::view::message(transaction, walk)? {
        transaction.report.messages.push(message);
        transaction.edit_or_make_page(depth, &stage, |page| page.renders = page.renders.saturating_add(1));
    }
    transaction.mark_passed();
    transaction.event(EventKind::AutoAdvanced);
    match go_on(transaction, walk, Trigger::AutoAdvance, Cause::Auto)? {
        Step::Moved => {
            transaction.report.passed += 1;
            return Ok(true);
        }
        // In the original, the message was said.
        Step::Round if transaction.original() => return Ok(false),
        Step::Rejected | Step::Round | Step::Stayed => {}
    }
    transaction.rollback(mark);
    transaction.report.events.truncate(events);
    transaction.report.messages.truncate(messages);
    Ok(false)
}

/// Leaves the current stage with the answers that it has.
fn go_on<'d>(
    transaction: &mut Transaction<'d>,
    walk: &mut Walk<'d>,
    trigger: Trigger,
    cause: Cause,
) -> Result<Step, WizardError> {
    let mut page = transaction.page();
    if transaction.original() {
        page.answers = walk.known.own(&page, transaction.frame(), walk.flow).into_owned();
    }
    let touched = if page.touched == 0 { transaction.state.rev } else { page.touched };
    let page = Page {
        submitted: true,
        reopened: false,
        skipped: page.skipped && trigger != Trigger::SubflowPop,
        touched,
        derived: Map::new(),
        effects: if trigger == Trigger::SubflowPop { page.effects.clone() } else { Map::new() },
        ..page
    };
    leave::step(transaction, walk, page, Motion::new(trigger, cause))
}

/// Whether the current stage is to be passed without stopping.
fn eligible(transaction: &Transaction<'_>, walk: &Walk<'_>) -> bool {
    let stage = &walk.flow.flow.stages[walk.at];
    let settings = transaction.definition.settings();
    let by_default = walk.flow.flow.settings.auto_advance_filled.unwrap_or(settings.auto_advance_filled);
    let page = transaction.page();
    stage.auto_advance.unwrap_or(by_default)
        && !page.unconfirmed
        && filled(transaction, walk, &page, stage.auto_advance == Some(true))
}

/// Whether the fields of a stage have values: the required ones, or all of them where none is required.
fn filled(transaction: &Transaction<'_>, walk: &Walk<'_>, page: &Page, by_own_flag: bool) -> bool {
    let stage = &walk.flow.flow.stages[walk.at];
    if let StageKind::Collect(_) = stage.kind {
        return page.is_submitted();
    }
    let Some(schema) = &walk.flow.stages[walk.at].schema else { return by_own_flag };
    if schema.fields.is_empty() {
        return by_own_flag;
    }
    let mut values = walk.known.values(walk.at, page, &Map::new(), transaction.frame(), walk.flow);
    let has = |name: &Name| values.get(&**name).is_some_and(|value| !crate::schema::is_blank(value));
    let there = if schema.required.is_empty() {
        schema.fields.keys().all(has)
    } else {
        schema.required.iter().all(has)
    };
    there && (transaction.original() || schema.accepts(&mut values))
}

/// The main flow has ended.
fn complete<'d>(transaction: &mut Transaction<'d>, walk: &Walk<'d>) -> Result<(), WizardError> {
    if !transaction.original() {
        // Whatever way led here: the answers themselves must lead here, from the start.
        let frame = transaction.frame();
        let mut whole = Walk::begin(transaction.definition, walk.flow, frame, transaction.env.now)
            .map_err(|rejection| leave::rejected(&walk.flow.flow.stages[walk.at], rejection))?;
        let stop = whole.run(frame, None);
        if !(matches!(stop, Stop::End) && whole.at == walk.at) {
            return reopen(transaction, &whole, &stop);
        }
        transaction.walked = Some(whole);
    }
    transaction.state.status = Status::Completed;
    transaction.event(EventKind::Completed);
    transaction.report.kind = Some(Kind::Completed);
    Ok(())
}

/// An earlier stage needs an answer again: the wizard goes there instead of ending.
fn reopen(transaction: &mut Transaction<'_>, whole: &Walk<'_>, stop: &Stop) -> Result<(), WizardError> {
    let stage = whole.stage_name();
    if let Stop::Invalid(errors) = stop {
        transaction.report.errors.extend(errors.iter().cloned());
    }
    let message = format!("`{stage}` needs an answer before the wizard can end");
    transaction.diagnose(DiagnosticCode::Reopened, message);
    let record = super::enter::plain_record(transaction, Trigger::GoTo);
    transaction.record(crate::TransitionRecord { to: Arc::clone(&stage), ..record });
    super::enter::settle_on(transaction, stage, Vec::new());
    super::enter::entered(transaction, Cause::GoTo);
    transaction.report.kind = Some(Kind::Moved);
    Ok(())
}

impl Transaction<'_> {
    /// The current visit was one in passing.
    pub(super) fn mark_passed(&mut self) {
        if self.original() {
            return;
        }
        if let Some(visit) = self.pop_visit() {
            self.push_visit(crate::state::Visit { kind: VisitKind::Passed, ..visit });
        }
    }

    pub(super) fn edit_or_make_page(&mut self, depth: usize, stage: &Name, edit: impl FnOnce(&mut Page)) {
        let mut page = self.state.frames[depth].pages.get(stage).cloned().unwrap_or_default();
        edit(&mut page);
        self.set_page(depth, Arc::clone(stage), page);
    }
}
