//! Changes to a wizard, each one statement that looks and writes at once.

use std::time::Duration;

use rusqlite::{OptionalExtension, Row, params};
use stepflow::Timestamp;
use stepflow_wizard::store::{Change, NewLink, Owner, Phase, Saved, WizardKey};

use super::look::{self, moment};
use crate::micros::{later, span};
use crate::sqlite::batch::Batch;
use crate::sqlite::error::Failure;

/// Every column that may be set has a parameter that says whether it is. The idle time begins anew, up to the deadline.
const SAVE: &str = "UPDATE wizards SET revision = revision + 1, updated_at = ?4, \
                    state = CASE WHEN ?5 THEN ?6 ELSE state END, \
                    submission = CASE WHEN ?7 THEN ?8 ELSE submission END, \
                    phase = coalesce(?9, phase), lease_until = ?10, receipt = coalesce(?11, receipt), \
                    link = CASE WHEN coalesce(?9, phase) = 'open' THEN link END, \
                    link_until = CASE WHEN coalesce(?9, phase) = 'open' THEN link_until END, \
                    idle = coalesce(?12, idle), deadline = coalesce(?13, deadline), \
                    expires_at = min(coalesce(?13, deadline), ?4 + min(coalesce(?12, idle), ?14 - ?4)) \
                    WHERE id = ?1 AND owner = ?2 AND revision = ?3 \
                    AND (phase = 'completing' OR expires_at > ?4) RETURNING revision, expires_at";

const TOUCH: &str = "UPDATE wizards SET expires_at = min(deadline, ?3 + min(idle, ?4 - ?3)) \
                     WHERE id = ?1 AND owner = ?2 AND (phase = 'completing' OR expires_at > ?3) \
                     RETURNING expires_at";

const DELETE: &str = "DELETE FROM wizards WHERE id = ?1 AND owner = ?2 AND revision = ?3";

const HAND_OVER: &str = "UPDATE wizards SET owner = ?2, link = NULL, link_until = NULL WHERE owner = ?1";

const LINK: &str = "UPDATE wizards SET link = ?4, link_until = ?5 \
                    WHERE id = ?1 AND owner = ?2 AND phase = 'open' AND expires_at > ?3";

const REDEEM: &str = "UPDATE wizards SET owner = ?3, link = NULL, link_until = NULL \
                      WHERE link = ?1 AND link_until > ?2 AND phase = 'open' AND expires_at > ?2 \
                      RETURNING id, owner";

const SWEEP: &str = "DELETE FROM wizards WHERE number IN (SELECT number FROM wizards \
                     WHERE phase <> 'completing' AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

pub(super) fn save(
    batch: &Batch<'_>,
    key: &WizardKey,
    revision: i64,
    change: &Change,
) -> Result<Option<Saved>, Failure> {
    let now = batch.now();
    let keep_for = change.keep_for.map(span);
    let saved = batch.statement(SAVE)?.query_row(
        params![
            key.id.to_string(),
            key.owner.as_str(),
            revision,
            now,
            change.state.is_some(),
            change.state.as_ref().and_then(|state| state.as_deref()),
            change.submission.is_some(),
            change.submission.flatten().map(|submission| submission.to_string()),
            change.phase.map(Phase::as_str),
            change.lease.map(|lease| later(now, span(lease))),
            change.receipt,
            keep_for,
            keep_for.map(|span| later(now, span)),
            last(),
        ],
        two,
    );
    let Some((revision, expires_at)) = saved.optional()? else { return Ok(None) };
    let (at, expires_at) = (moment(now, batch.place())?, moment(expires_at, batch.place())?);
    Ok(Some(Saved { revision: revision.unsigned_abs(), at, expires_at }))
}

pub(super) fn touch(batch: &Batch<'_>, key: &WizardKey) -> Result<Option<Timestamp>, Failure> {
    let parameters = params![key.id.to_string(), key.owner.as_str(), batch.now(), last()];
    let until = batch.statement(TOUCH)?.query_row(parameters, |row| row.get(0)).optional()?;
    until.map(|until| moment(until, batch.place())).transpose()
}

pub(super) fn delete(batch: &Batch<'_>, key: &WizardKey, revision: i64) -> Result<bool, Failure> {
    let parameters = params![key.id.to_string(), key.owner.as_str(), revision];
    Ok(batch.statement(DELETE)?.execute(parameters)? > 0)
}

pub(super) fn hand_over(batch: &Batch<'_>, from: &Owner, to: &Owner) -> Result<u32, Failure> {
    let moved = batch.statement(HAND_OVER)?.execute([from.as_str(), to.as_str()])?;
    Ok(u32::try_from(moved).unwrap_or(u32::MAX))
}

pub(super) fn link(batch: &Batch<'_>, key: &WizardKey, link: &NewLink) -> Result<Option<Timestamp>, Failure> {
    let until = later(batch.now(), span(link.lifetime));
    let parameters =
        params![key.id.to_string(), key.owner.as_str(), batch.now(), link.hash.to_string(), until];
    match batch.statement(LINK)?.execute(parameters)? {
        0 => Ok(None),
        _ => moment(until, batch.place()).map(Some),
    }
}

pub(super) fn redeem(batch: &Batch<'_>, hash: &str, to: &Owner) -> Result<Option<WizardKey>, Failure> {
    let mut statement = batch.statement(REDEEM)?;
    let mut rows = statement.query(params![hash, batch.now(), to.as_str()])?;
    rows.next()?.map(|row| look::key(row, batch.place())).transpose()
}

pub(super) fn sweep(batch: &Batch<'_>, grace: Duration, limit: u32) -> Result<u32, Failure> {
    let before = batch.now().saturating_sub(span(grace));
    let swept = batch.statement(SWEEP)?.execute((before, limit))?;
    Ok(u32::try_from(swept).unwrap_or(u32::MAX))
}

/// The last moment that a clock reaches.
fn last() -> i64 {
    later(i64::MAX, 0)
}

fn two(row: &Row<'_>) -> rusqlite::Result<(i64, i64)> {
    Ok((row.get(0)?, row.get(1)?))
}
