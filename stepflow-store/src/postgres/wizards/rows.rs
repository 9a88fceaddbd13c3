//! From rows to wizards.

use stepflow_wizard::store::{StoreLimits, StoredWizard, Summary, WizardKey};
use tokio_postgres::Row;

use crate::StoreError;
use crate::postgres::address::Place;
use crate::postgres::rows::Reader;

pub(super) fn stored(row: &Row, place: &Place, limits: StoreLimits) -> Result<StoredWizard, StoreError> {
    let row = named(row, place)?;
    Ok(StoredWizard {
        key: WizardKey { id: row.parse("id")?, owner: row.parse("owner")? },
        wizard: row.text("wizard", limits.name)?,
        revision: row.number("revision")?,
        phase: row.parse("phase")?,
        leased: row.get("leased")?,
        submission: row.get::<Option<&str>>("submission")?.map(|_| row.parse("submission")).transpose()?,
        state: row.optional_text("state", limits.state)?,
        receipt: row.optional_text("receipt", limits.receipt)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        expires_at: row.time("expires_at")?,
        expired: row.get("expired")?,
    })
}

pub(super) fn summary(row: &Row, place: &Place, limits: StoreLimits) -> Result<Summary, StoreError> {
    let row = named(row, place)?;
    Ok(Summary {
        id: row.parse("id")?,
        wizard: row.text("wizard", limits.name)?,
        revision: row.number("revision")?,
        phase: row.parse("phase")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        expires_at: row.time("expires_at")?,
    })
}

pub(super) fn key(row: &Row, place: &Place) -> Result<WizardKey, StoreError> {
    let row = named(row, place)?;
    Ok(WizardKey { id: row.parse("id")?, owner: row.parse("owner")? })
}

/// A row that is told by its own id.
fn named<'r>(row: &'r Row, place: &'r Place) -> Result<Reader<'r>, StoreError> {
    let id = Reader::of_wizard(row, "whose id cannot be read", place).get("id")?;
    Ok(Reader::of_wizard(row, id, place))
}
