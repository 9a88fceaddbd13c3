//! Notes in the logs of runs.

use rusqlite::params;

use super::batch::Batch;
use crate::limits::{Limits, too_many};
use crate::{NewEvent, StoreError};

pub(super) const LAST: &str = "SELECT coalesce(max(number), 0) FROM events WHERE run = ?1";

pub(super) const IS_DECIDED: &str =
    "SELECT count(*) FROM events WHERE run = ?1 AND gate = ?2 AND kind = 'decided' AND gate IS NOT NULL";

const NOTE: &str =
    "INSERT INTO events (run, number, at, kind, by, gate, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// What may be noted of a run, as its next number.
#[derive(Debug)]
pub(super) enum Next {
    Number(i64),
    /// The gate has its decision.
    Decided,
}

/// Looks whether this may be noted.
pub(super) fn next(batch: &Batch<'_>, run: i64, event: &NewEvent) -> rusqlite::Result<Next> {
    if event.kind == "decided"
        && let Some(gate) = &event.gate
    {
        let decided: i64 = batch.statement(IS_DECIDED)?.query_row((run, gate), |row| row.get(0))?;
        if decided > 0 {
            return Ok(Next::Decided);
        }
    }
    let last: i64 = batch.statement(LAST)?.query_row([run], |row| row.get(0))?;
    Ok(Next::Number(last.saturating_add(1)))
}

/// Whether there is room for one more.
pub(super) fn check(number: i64, limits: &Limits) -> Result<(), StoreError> {
    if number > i64::from(limits.rows) { Err(too_many("events", limits.rows)) } else { Ok(()) }
}

pub(super) fn note(batch: &Batch<'_>, run: i64, number: i64, event: &NewEvent) -> rusqlite::Result<()> {
    let NewEvent { kind, by, gate, data } = event;
    batch.statement(NOTE)?.execute(params![run, number, batch.now(), kind, by, gate, data])?;
    Ok(())
}
