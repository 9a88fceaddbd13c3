//! New wizards.

use rusqlite::params;
use stepflow_wizard::store::{Cap, Created, NewWizard, Phase, Saved};

use super::look::moment;
use crate::micros::{later, span};
use crate::sqlite::batch::Batch;
use crate::sqlite::error::Failure;

const EXISTS: &str = "SELECT count(*) FROM wizards WHERE id = ?1";

const THEIRS: &str = "SELECT count(*) FROM wizards WHERE owner = ?1 \
                      AND (phase = 'completing' OR (phase = 'open' AND expires_at > ?2))";

/// Counts no further than it has to.
const ALL: &str = "SELECT count(*) FROM (SELECT 1 FROM wizards LIMIT ?1)";

const MAKE_ROOM: &str = "DELETE FROM wizards WHERE phase <> 'completing' AND expires_at <= ?1";

const INSERT: &str = "INSERT INTO wizards (id, owner, wizard, revision, phase, submission, idle, deadline, \
                      expires_at, created_at, updated_at, state) \
                      VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)";

pub(super) fn create(batch: &Batch<'_>, wizard: &NewWizard) -> Result<Created, Failure> {
    let (id, now, caps) = (wizard.key.id.to_string(), batch.now(), wizard.caps);
    let count = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| {
        batch.statement(sql)?.query_row(parameters, |row| row.get::<_, i64>(0))
    };
    if count(EXISTS, &[&id])? > 0 {
        return Ok(Created::Exists);
    }
    if count(THEIRS, &[&wizard.key.owner.as_str(), &now])? >= i64::from(caps.per_owner) {
        return Ok(Created::Full(Cap::PerOwner));
    }
    let is_full = || Ok::<_, rusqlite::Error>(count(ALL, &[&caps.in_total])? >= i64::from(caps.in_total));
    if is_full()? {
        batch.statement(MAKE_ROOM)?.execute([now])?;
        if is_full()? {
            return Ok(Created::Full(Cap::InTotal));
        }
    }
    let (idle, deadline) = (span(wizard.lifetime.idle), later(now, span(wizard.lifetime.absolute)));
    let expires_at = later(now, idle).min(deadline);
    batch.statement(INSERT)?.insert(params![
        id,
        wizard.key.owner.as_str(),
        wizard.wizard,
        Phase::Open.as_str(),
        wizard.submission.map(|submission| submission.to_string()),
        idle,
        deadline,
        expires_at,
        now,
        wizard.state,
    ])?;
    let (at, expires_at) = (moment(now, batch.place())?, moment(expires_at, batch.place())?);
    Ok(Created::Added(Saved { revision: 1, at, expires_at }))
}
