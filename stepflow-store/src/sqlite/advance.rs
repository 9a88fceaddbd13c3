//! Boundaries.

use rusqlite::{OptionalExtension, params};

use super::batch::{Batch, Hot};
use super::error::Failure;
use super::history::{self, End};
use super::log::{self, Next};
use crate::limits::Limits;
use crate::micros::due_micros;
use crate::{Advance, Advanced, Claim, RunStatus, StoreError};

pub(super) const FIND: &str = "SELECT number, visit, sequence, cancel IS NOT NULL, status = 'ready' AND due IS NULL \
                    FROM runs WHERE id = ?1 AND fence = ?2 AND worker = ?3 AND taken = 1";

/// The step of a run that was ready and goes on at once: no column of an index is named.
pub(super) const GO_ON: &str = "UPDATE runs SET version = version + 1, claims = 0, answer = NULL, updated_at = ?2, \
                     visit = ?3, sequence = ?4, step = ?5, head = ?6 WHERE number = ?1";

pub(super) const MOVE: &str = "UPDATE runs SET version = version + 1, claims = 0, answer = NULL, updated_at = ?2, \
                    visit = ?3, sequence = ?4, step = ?5, head = ?6, status = ?7, due = ?8, taken = ?9, \
                    finished_at = CASE WHEN ?10 THEN coalesce(finished_at, ?2) END WHERE number = ?1";

/// A run that the claim holds.
struct Found {
    number: i64,
    end: End,
    cancelled: bool,
    /// Whether it is ready at once.
    at_once: bool,
}

/// Commits a boundary. The lock for writing is held from the first look to the commit, so that nobody can
/// take the run or end the lease in between.
pub(super) fn advance(
    batch: &mut Batch<'_>,
    claim: &Claim,
    run: &str,
    step: &Advance,
    limits: &Limits,
) -> Result<Advanced, Failure> {
    let lost = || StoreError::lease_lost(&claim.worker, Some(&claim.run));
    if !batch.is_alive(&claim.worker)? {
        return Err(lost().into());
    }
    let fence = i64::try_from(claim.fence).map_err(|_| lost())?;
    let found = find(batch, run, fence, claim)?.ok_or_else(lost)?;
    history::check(run, Some(found.end), step.visit.as_ref())?;
    let event = match &step.event {
        Some(event) => match log::next(batch, found.number, event)? {
            Next::Decided => {
                return Err(StoreError::refused(format!("run {run}: the gate is decided already")).into());
            }
            Next::Number(number) => {
                log::check(number, limits)?;
                Some((number, event))
            }
        },
        None => None,
    };

    let end = match &step.visit {
        Some(visit) => history::write(batch, found.number, Some(found.end), visit)?,
        None => found.end,
    };
    let now = batch.now();
    let goes_on = found.at_once && step.status == RunStatus::Ready && step.due.is_none() && !step.release;
    if goes_on {
        let statement = batch.hot(Hot::GoOn, GO_ON)?;
        statement.execute(params![found.number, now, end.visit, end.sequence, step.step, step.head])?;
    } else {
        batch.statement(MOVE)?.execute(params![
            found.number,
            now,
            end.visit,
            end.sequence,
            step.step,
            step.head,
            step.status.as_str(),
            step.due.map(due_micros),
            !step.release,
            step.status.is_finished(),
        ])?;
    }
    if let Some((number, event)) = event {
        log::note(batch, found.number, number, event)?;
    }
    Ok(Advanced { cancelled: found.cancelled })
}

fn find(batch: &mut Batch<'_>, run: &str, fence: i64, claim: &Claim) -> rusqlite::Result<Option<Found>> {
    batch
        .hot(Hot::Find, FIND)?
        .query_row((run, fence, claim.worker.as_str()), |row| {
            Ok(Found {
                number: row.get(0)?,
                end: End { visit: row.get(1)?, sequence: row.get(2)? },
                cancelled: row.get(3)?,
                at_once: row.get(4)?,
            })
        })
        .optional()
}
