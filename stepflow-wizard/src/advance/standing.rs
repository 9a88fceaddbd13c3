//! What a text on the current stage is read for.

use super::leave::walk_to_cursor;
use super::{Transaction, admit, allowed, input, submit};
use crate::command::Call;
use crate::definition::{CompiledFlow, StageKind};
use crate::error::{Refused, WizardError};
use crate::state::{Page, State};
use crate::{Definition, Env, Map};

/// The current stage, and what is known there.
pub(crate) struct Standing<'d> {
    pub(crate) flow: &'d CompiledFlow,
    pub(crate) at: usize,
    /// What the stage's schema would judge if nothing were given.
    pub(crate) base: Map,
    /// Whatever is known in a flat flow.
    pub(crate) known: Map,
    /// Whether answers wait to be confirmed.
    pub(crate) unconfirmed: bool,
}

/// Lets a state and a text in, as [`advance`](super::advance) would. There is nothing to read for a call that was
/// carried out before.
pub(crate) fn stand<'d>(
    definition: &'d Definition,
    state: State,
    call: &Call,
    env: &Env,
) -> Result<(State, Option<Standing<'d>>), Box<Refused>> {
    let state = admit(definition, state, env)?;
    let transaction = Transaction::new(definition, state, env);
    match look(&transaction, call) {
        Ok(standing) => Ok((transaction.undone(), standing)),
        Err(error) => Err(Box::new(Refused { error, state: transaction.undone() })),
    }
}

fn look<'d>(transaction: &Transaction<'d>, call: &Call) -> Result<Option<Standing<'d>>, WizardError> {
    input::check_words(transaction, call)?;
    if super::was_carried_out(transaction, call)? {
        return Ok(None);
    }
    allowed(transaction, &call.command)?;
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    let page = transaction.page();
    let walk = walk_to_cursor(transaction)?;
    let base = match &flow.flow.stages[at].kind {
        StageKind::Collect(_) => page.draft.clone().unwrap_or_default(),
        _ => base(transaction, at, &walk, &page),
    };
    let known = walk.known.fields().cloned().unwrap_or_default();
    Ok(Some(Standing { flow, at, base, known, unconfirmed: page.unconfirmed }))
}

fn base(transaction: &Transaction<'_>, at: usize, walk: &crate::walk::Walk<'_>, page: &Page) -> Map {
    let flow = walk.flow;
    if flow.is_flat() {
        walk.known.values(at, page, &Map::new(), transaction.frame(), flow)
    } else {
        submit::grown(page)
    }
}
