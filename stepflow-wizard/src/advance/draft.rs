//! What was typed and not accepted.

use std::sync::Arc;

use super::{Transaction, input};
use crate::Map;
use crate::error::WizardError;
use crate::outcome::Kind;
use crate::state::Page;

pub(super) fn save(transaction: &mut Transaction<'_>, draft: Map) -> Result<(), WizardError> {
    transaction.report.kind = Some(Kind::Saved);
    keep(transaction, draft)
}

/// Keeps a draft on the current stage's page, in place of an earlier one. It never counts as an answer.
pub(super) fn keep(transaction: &mut Transaction<'_>, mut draft: Map) -> Result<(), WizardError> {
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    let unknown = input::unknown(transaction, at, &draft)?;
    draft.retain(|name, _| !unknown.iter().any(|unknown| **unknown == **name));
    input::without_sensitive(transaction, &mut draft);
    let page = Page { draft: Some(draft).filter(|draft| !draft.is_empty()), ..transaction.page() };
    super::submit::fits(transaction, &page)?;
    let (depth, stage) = (transaction.depth(), Arc::clone(&transaction.frame().stage));
    transaction.set_page(depth, stage, page);
    Ok(())
}
