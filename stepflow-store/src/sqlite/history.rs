//! The visits of a run, chained from the newest to the first.

use rusqlite::{OptionalExtension, params};

use super::batch::{Batch, Hot};
use super::error::Failure;
use crate::{NewVisit, StoreError};

/// Where a run's history ends: the number of its newest visit, and that visit's place.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) visit: i64,
    pub(super) sequence: i64,
}

/// Every visit of the run `?2` from the one with the number `?1` on, newest first. A visit was always added
/// after the one before it: a chain that says otherwise would have no end.
macro_rules! chain {
    () => {
        "WITH RECURSIVE chain (number, sequence, before) AS ( \
           SELECT number, sequence, before FROM visits WHERE number = ?1 AND run = ?2 \
           UNION ALL \
           SELECT visits.number, visits.sequence, visits.before FROM chain \
           CROSS JOIN visits ON visits.number = chain.before \
           WHERE visits.number < chain.number AND visits.run = ?2) "
    };
}

const INSERT: &str = "INSERT INTO visits (run, sequence, before, at, step, result, state) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

pub(super) const REPLACE: &str = "UPDATE visits SET at = ?2, step = ?3, result = ?4, state = coalesce(?5, state) \
                       WHERE number = ?1";

pub(super) const BEFORE: &str =
    concat!(chain!(), "SELECT number, sequence FROM chain WHERE sequence < ?3 ORDER BY number DESC LIMIT 1");

pub(super) const FORGET: &str =
    concat!(chain!(), "DELETE FROM visits WHERE number IN (SELECT number FROM chain WHERE sequence >= ?3)");

/// Whether a visit may be written after this one. What lies behind the newest is history.
pub(super) fn check(run: &str, end: Option<End>, visit: Option<&NewVisit>) -> Result<(), StoreError> {
    match (end, visit) {
        (Some(end), Some(visit)) if i64::from(visit.sequence) < end.sequence => {
            let (given, newest) = (visit.sequence, end.sequence);
            Err(StoreError::refused(format!(
                "visit {given} of run {run} lies behind the newest one, {newest}"
            )))
        }
        _ => Ok(()),
    }
}

/// Writes a visit, and says where the history ends then.
pub(super) fn write(
    batch: &mut Batch<'_>,
    run: i64,
    end: Option<End>,
    visit: &NewVisit,
) -> rusqlite::Result<End> {
    let (now, sequence) = (batch.now(), i64::from(visit.sequence));
    let (step, result, state) = (&visit.step, &visit.result, visit.state.as_deref());
    if let Some(end) = end.filter(|end| end.sequence == sequence) {
        batch.statement(REPLACE)?.execute(params![end.visit, now, step, result, state])?;
        return Ok(end);
    }
    let before = end.map(|end| end.visit);
    let insert = batch.hot(Hot::Visit, INSERT)?;
    let visit = insert.insert(params![run, sequence, before, now, step, result, state])?;
    Ok(End { visit, sequence })
}

/// Where the history ends once the visits from this sequence on are forgotten.
pub(super) fn end_before(
    batch: &Batch<'_>,
    run: i64,
    end: End,
    sequence: u32,
) -> rusqlite::Result<Option<End>> {
    let end_of = |row: &rusqlite::Row<'_>| Ok(End { visit: row.get(0)?, sequence: row.get(1)? });
    batch.statement(BEFORE)?.query_row((end.visit, run, sequence), end_of).optional()
}

/// Forgets the visits from this sequence on.
pub(super) fn forget(batch: &Batch<'_>, run: i64, end: i64, sequence: u32) -> Result<(), Failure> {
    batch.statement(FORGET)?.execute((end, run, sequence))?;
    Ok(())
}

pub(super) use chain;
