//! Changes to one version of a run.

use rusqlite::{OptionalExtension, params};

use super::batch::Batch;
use super::error::Failure;
use super::history::{self, End};
use super::log::{self, Next};
use super::{create, delete};
use crate::limits::Limits;
use crate::micros::due_micros;
use crate::{Change, RunStatus};

pub(super) const FIND: &str =
    "SELECT number, visit, sequence, definition FROM runs WHERE id = ?1 AND version = ?2";

/// Every column that may be set has a parameter that says whether it is.
pub(super) const CHANGE: &str = "UPDATE runs SET version = version + 1, updated_at = ?2, visit = ?3, sequence = ?4, \
                      definition = ?5, \
                      status = coalesce(?6, status), claims = CASE WHEN ?6 IS NULL THEN claims ELSE 0 END, \
                      finished_at = CASE WHEN ?6 IS NULL THEN finished_at \
                                         WHEN ?7 THEN coalesce(finished_at, ?2) END, \
                      due = CASE WHEN ?8 THEN ?9 ELSE due END, \
                      step = CASE WHEN ?10 THEN ?11 ELSE step END, \
                      head = coalesce(?12, head), \
                      answer = CASE WHEN ?13 THEN ?14 ELSE answer END, \
                      hold = CASE WHEN ?15 THEN ?16 ELSE hold END, \
                      cancel = CASE WHEN ?17 THEN ?18 ELSE cancel END, \
                      taken = CASE WHEN ?19 THEN 0 ELSE taken END \
                      WHERE number = ?1";

/// Changes the run if it still has this version, and says whether it had.
pub(super) fn amend(
    batch: &mut Batch<'_>,
    run: &str,
    version: i64,
    change: &Change,
    limits: &Limits,
) -> Result<bool, Failure> {
    let found = batch.statement(FIND)?.query_row((run, version), |row| {
        let end = End { visit: row.get(1)?, sequence: row.get(2)? };
        Ok((row.get::<_, i64>(0)?, end, row.get::<_, i64>(3)?))
    });
    let Some((number, newest, definition)) = found.optional()? else { return Ok(false) };
    let kept = match change.forget_from {
        Some(sequence) => history::end_before(batch, number, newest, sequence)?,
        None => Some(newest),
    };
    history::check(run, kept, change.visit.as_ref())?;
    let event = match &change.event {
        Some(event) => match log::next(batch, number, event)? {
            Next::Decided => return Ok(false),
            Next::Number(next) => {
                log::check(next, limits)?;
                Some((next, event))
            }
        },
        None => None,
    };

    if let Some(sequence) = change.forget_from {
        history::forget(batch, number, newest.visit, sequence)?;
    }
    let end = match &change.visit {
        Some(visit) => history::write(batch, number, kept, visit)?,
        None => kept.unwrap_or(newest),
    };
    let today = change.definition.as_ref().map(|text| create::define(batch, text)).transpose()?;
    let today = today.unwrap_or(definition);
    set(batch, number, end, today, change)?;
    if today != definition {
        delete::forget_definition(batch, definition)?;
    }
    if let Some((next, event)) = event {
        log::note(batch, number, next, event)?;
    }
    Ok(true)
}

fn set(batch: &Batch<'_>, number: i64, end: End, definition: i64, change: &Change) -> rusqlite::Result<()> {
    batch.statement(CHANGE)?.execute(params![
        number,
        batch.now(),
        end.visit,
        end.sequence,
        definition,
        change.status.map(RunStatus::as_str),
        change.status.is_some_and(RunStatus::is_finished),
        change.due.is_some(),
        change.due.flatten().map(due_micros),
        change.step.is_some(),
        change.step.as_ref().and_then(|step| step.as_deref()),
        change.head,
        change.answer.is_some(),
        change.answer.as_ref().and_then(|answer| answer.as_deref()),
        change.hold.is_some(),
        change.hold.as_ref().and_then(|hold| hold.as_deref()),
        change.cancel.is_some(),
        change.cancel.as_ref().and_then(|cancel| cancel.as_deref()),
        change.release,
    ])?;
    Ok(())
}
