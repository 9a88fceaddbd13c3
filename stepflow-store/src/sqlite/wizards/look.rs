//! Wizards as they are kept.

use rusqlite::{Connection, Row, ToSql};
use stepflow::Timestamp;
use stepflow_wizard::store::{Owner, StoreLimits, StoredWizard, Summary, WizardKey};

use crate::StoreError;
use crate::sqlite::batch;
use crate::sqlite::error::{Failure, Place};
use crate::sqlite::rows::Columns;

/// What [`stored`] reads, at `?1`.
macro_rules! columns {
    () => {
        "SELECT id, owner, wizard, revision, phase, \
         phase = 'completing' AND coalesce(lease_until, 0) > ?1, submission, state, receipt, created_at, \
         updated_at, expires_at, phase <> 'completing' AND expires_at <= ?1 FROM wizards "
    };
}

const LOAD: &str = concat!(columns!(), "WHERE id = ?2 AND owner = ?3");

const LINKED: &str =
    concat!(columns!(), "WHERE link = ?2 AND link_until > ?1 AND phase = 'open' AND expires_at > ?1");

const LIST: &str = "SELECT id, wizard, revision, phase, created_at, updated_at, expires_at FROM wizards \
                    WHERE owner = ?1 AND (phase = 'completing' OR expires_at > ?2) \
                    ORDER BY updated_at DESC, id LIMIT ?3";

const INTERRUPTED: &str = "SELECT id, owner FROM wizards \
                           WHERE phase = 'completing' AND wizard = ?1 AND coalesce(lease_until, 0) <= ?2 \
                           ORDER BY lease_until, id LIMIT ?3";

pub(super) fn load(
    connection: &Connection,
    key: &WizardKey,
    place: &Place,
    limits: StoreLimits,
) -> Result<Option<StoredWizard>, Failure> {
    let now = batch::now(connection)?;
    one(connection, LOAD, &[&now, &key.id.to_string(), &key.owner.as_str()], place, limits)
}

pub(super) fn linked(
    connection: &Connection,
    hash: &str,
    place: &Place,
    limits: StoreLimits,
) -> Result<Option<StoredWizard>, Failure> {
    let now = batch::now(connection)?;
    one(connection, LINKED, &[&now, &hash], place, limits)
}

pub(super) fn list(
    connection: &Connection,
    owner: &Owner,
    limit: u32,
    place: &Place,
    limits: StoreLimits,
) -> Result<Vec<Summary>, Failure> {
    let now = batch::now(connection)?;
    let mut statement = connection.prepare_cached(LIST)?;
    let mut rows = statement.query((owner.as_str(), now, limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut columns = Columns::of_wizard(row, place)?;
        found.push(Summary {
            id: columns.parse("id", columns.id())?,
            wizard: columns.text("wizard", limits.name)?,
            revision: columns.count("revision")?,
            phase: columns.word("phase")?,
            created_at: columns.time("created_at")?,
            updated_at: columns.time("updated_at")?,
            expires_at: columns.time("expires_at")?,
        });
    }
    Ok(found)
}

pub(super) fn interrupted(
    connection: &Connection,
    wizard: &str,
    limit: u32,
    place: &Place,
) -> Result<Vec<WizardKey>, Failure> {
    let now = batch::now(connection)?;
    let mut statement = connection.prepare_cached(INTERRUPTED)?;
    let mut rows = statement.query((wizard, now, limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(key(row, place)?);
    }
    Ok(found)
}

pub(super) fn now(connection: &Connection, place: &Place) -> Result<Timestamp, Failure> {
    moment(batch::now(connection)?, place)
}

/// The id and the owner, which stand in the first two columns.
pub(super) fn key(row: &Row<'_>, place: &Place) -> Result<WizardKey, Failure> {
    key_of(&mut Columns::of_wizard(row, place)?)
}

pub(super) fn moment(micros: i64, place: &Place) -> Result<Timestamp, Failure> {
    Timestamp::from_microsecond(micros).map_err(|error| {
        StoreError::corrupt(format!("{place} has a time that no calendar has")).caused_by(error).into()
    })
}

fn one(
    connection: &Connection,
    sql: &str,
    parameters: &[&dyn ToSql],
    place: &Place,
    limits: StoreLimits,
) -> Result<Option<StoredWizard>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    rows.next()?.map(|row| stored(row, place, limits)).transpose()
}

fn stored(row: &Row<'_>, place: &Place, limits: StoreLimits) -> Result<StoredWizard, Failure> {
    let mut columns = Columns::of_wizard(row, place)?;
    Ok(StoredWizard {
        key: key_of(&mut columns)?,
        wizard: columns.text("wizard", limits.name)?,
        revision: columns.count("revision")?,
        phase: columns.word("phase")?,
        leased: columns.integer("lease_until")? == 1,
        submission: columns.optional_word("submission")?,
        state: columns.optional_text("state", limits.state)?,
        receipt: columns.optional_text("receipt", limits.receipt)?,
        created_at: columns.time("created_at")?,
        updated_at: columns.time("updated_at")?,
        expires_at: columns.time("expires_at")?,
        expired: columns.integer("expires_at")? == 1,
    })
}

fn key_of(columns: &mut Columns<'_>) -> Result<WizardKey, Failure> {
    let id = columns.parse("id", columns.id())?;
    Ok(WizardKey { id, owner: columns.word("owner")? })
}
