//! Runs that are not wanted any more.

use rusqlite::OptionalExtension;

use super::batch::Batch;
use super::error::Failure;
use super::history;
use super::rows::held;

pub(super) const FIND: &str =
    concat!("SELECT number, visit, definition FROM runs WHERE id = ?1 AND version = ?3 AND NOT ", held!());

pub(super) const OLD: &str = concat!(
    "SELECT number, visit, definition FROM runs WHERE finished_at < ?1 AND NOT ",
    held!(),
    " ORDER BY finished_at LIMIT ?3"
);

/// Its log goes with it.
pub(super) const DELETE: &str = "DELETE FROM runs WHERE number = ?1";

pub(super) const FORGET_DEFINITION: &str = "DELETE FROM definitions WHERE number = ?1 \
                                 AND number NOT IN (SELECT definition FROM runs WHERE definition = ?1)";

/// Deletes a run that still has this version and that nobody holds, and says whether there was one.
pub(super) fn delete(batch: &Batch<'_>, run: &str, version: i64) -> Result<bool, Failure> {
    let found = batch.statement(FIND)?.query_row((run, batch.now(), version), parts).optional()?;
    let Some(found) = found else { return Ok(false) };
    remove(batch, found)?;
    Ok(true)
}

/// Deletes some of the runs that finished before then, and says how many.
pub(super) fn sweep(batch: &Batch<'_>, before: i64, limit: u32) -> Result<u32, Failure> {
    let mut old = batch.statement(OLD)?;
    let old = old.query_map((before, batch.now(), limit), parts)?.collect::<Result<Vec<_>, _>>()?;
    let mut swept = 0;
    for found in old {
        remove(batch, found)?;
        swept += 1;
    }
    Ok(swept)
}

/// Deletes a definition that no run is of.
pub(super) fn forget_definition(batch: &Batch<'_>, definition: i64) -> rusqlite::Result<()> {
    batch.statement(FORGET_DEFINITION)?.execute([definition]).map(drop)
}

fn remove(batch: &Batch<'_>, (number, visit, definition): (i64, i64, i64)) -> Result<(), Failure> {
    history::forget(batch, number, visit, 0)?;
    batch.statement(DELETE)?.execute([number])?;
    Ok(forget_definition(batch, definition)?)
}

fn parts(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, i64, i64)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}
