//! A stage is passed without answering.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::enter::Motion;
use super::leave::{self, Step, walk_to_cursor};
use super::{Transaction, back, settle};
use crate::Map;
use crate::command::Source;
use crate::definition::{HookPolicy, NavigationCommand, Stage, StageKind, enabled};
use crate::error::{Refusal, WizardError};
use crate::outcome::{Cause, EventKind, Kind};
use crate::record::Trigger;
use crate::state::{Page, Status};

pub(super) fn skip(transaction: &mut Transaction<'_>) -> Result<(), WizardError> {
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    let stage = &flow.flow.stages[at];
    if !enabled(&transaction.definition.navigation_layers(flow, stage), NavigationCommand::Skip) {
        return back::refuse(transaction, Refusal::Disabled("skip"));
    }
    if !stage.can_skip {
        return back::refuse(transaction, Refusal::SkipNotAllowed(Arc::clone(&stage.name)));
    }
    let mark = transaction.mark();
    let mut walk = walk_to_cursor(transaction)?;
    let mut page = transaction.page();
    if transaction.original() {
        page.answers = walk.known.own(&page, transaction.frame(), walk.flow).into_owned();
    }
    let page = skipped(transaction, stage, page);
    super::submit::fits(transaction, &page)?;
    transaction.event(EventKind::Skipped);
    transaction.report.skipped = true;
    transaction.state.attempts = 0;
    let motion = Motion::new(Trigger::NavigationSkip, Cause::Skip);
    match leave::step(transaction, &mut walk, page, motion)? {
        Step::Moved if alone(transaction) => {
            // Without the lifecycle of other moves, an end is all that is seen.
            let ended = walk.flow.flow.stages[walk.at].kind == StageKind::End && transaction.depth() == 0;
            if ended {
                transaction.state.status = Status::Completed;
                transaction.report.kind = Some(Kind::Completed);
            }
            Ok(())
        }
        Step::Moved => settle::settle(transaction, walk),
        Step::Rejected | Step::Round | Step::Stayed => {
            transaction.report.events.pop();
            if transaction.original() {
                super::enter::note_trigger(transaction, Trigger::NavigationSkip);
            } else {
                // Nothing was skipped, so nothing is left behind.
                transaction.rollback(mark);
            }
            Ok(())
        }
    }
}

/// Whether a skip does no more than move, as the original has it without `consistent_navigation_lifecycle`.
fn alone(transaction: &Transaction<'_>) -> bool {
    let hooks = transaction.definition.settings().hooks;
    transaction.original() && hooks == HookPolicy::Compat { consistent_lifecycle: false }
}

/// The page of a stage that is passed without answering. Stand-ins fill gaps, and replace answers only where the
/// definition says so; without stand-ins, what was answered is cleared.
fn skipped(transaction: &Transaction<'_>, stage: &Stage, page: Page) -> Page {
    let mut sources = BTreeMap::new();
    let answers = match &stage.skip.default {
        None if transaction.original() => page.answers,
        None => Map::new(),
        Some(default) => {
            let mut answers = page.answers;
            for (name, value) in default {
                let overwrite = stage.skip.overwrite || transaction.original();
                if overwrite || answers.get(name).is_none_or(serde_json::Value::is_null) {
                    answers.insert(name.clone(), value.clone());
                    sources.insert(Arc::from(name.as_str()), Source::Skipped);
                }
            }
            answers
        }
    };
    Page {
        answers,
        sources,
        skipped: true,
        touched: transaction.state.rev,
        renders: page.renders,
        left: page.left,
        ..Page::default()
    }
}
