//! Taking hold of runs.

use rusqlite::Connection;

use super::batch::{self, Batch};
use super::error::{Failure, Place};
use super::rows::{self, held, run_columns};
use crate::limits::Limits;
use crate::{ClaimRequest, StoreError, StoredRun};

/// What is ready, due at `?2` and free, of the workflows in `?1`; the longest due first. Each half comes from
/// an index of its own in that order, so that a long queue is read no further than is asked for. By their
/// names: left to choose, SQLite would read every run that is ready, those that sleep for days among them.
pub(super) const CANDIDATES: &str = concat!(
    "SELECT runs.number, runs.created_at AS since, runs.id FROM runs INDEXED BY runs_at_once \
     WHERE runs.status = 'ready' AND runs.due IS NULL \
     AND runs.workflow IN (SELECT value FROM json_each(?1)) AND NOT ",
    held!(),
    " UNION ALL \
     SELECT runs.number, runs.due, runs.id FROM runs INDEXED BY runs_due \
     WHERE runs.status = 'ready' AND runs.due IS NOT NULL AND runs.due <= ?2 \
     AND runs.workflow IN (SELECT value FROM json_each(?1)) AND NOT ",
    held!(),
    " ORDER BY since, id"
);

pub(super) const LOAD: &str = concat!("SELECT ", run_columns!(), "WHERE runs.number = ?1");

pub(super) const TAKE: &str = "UPDATE runs SET version = version + 1, fence = fence + 1, claims = claims + 1, \
                    worker = ?2, taken = 1 WHERE number = ?1";

/// Whether there is anything to take. Asked before the lock for writing is: most workers look in vain.
pub(super) fn is_worthwhile(connection: &Connection, request: &ClaimRequest) -> Result<bool, Failure> {
    let now = batch::now(connection)?;
    check_lease(batch::is_alive(connection, &request.worker, now)?, request)?;
    if request.limit == 0 {
        return Ok(false);
    }
    Ok(connection.prepare_cached(CANDIDATES)?.exists((workflows(request)?, now))?)
}

/// Takes hold of runs. One that is damaged is left where it is, or it would be in the way of all others.
pub(super) fn claim(
    batch: &mut Batch<'_>,
    request: &ClaimRequest,
    limits: &Limits,
) -> Result<Vec<StoredRun>, Failure> {
    check_lease(batch.is_alive(&request.worker)?, request)?;
    let limit = request.limit as usize;
    let mut claimed = Vec::new();
    let mut candidates = batch.statement(CANDIDATES)?;
    let mut candidates = candidates.query((workflows(request)?, batch.now()))?;
    while claimed.len() < limit
        && let Some(row) = candidates.next()?
    {
        match load(batch, row.get(0)?, limits) {
            Ok(run) => claimed.push(run),
            Err(Failure::Refused(error)) => tracing::error!(%error, "a run cannot be taken up"),
            Err(failure) => return Err(failure),
        }
    }
    drop(candidates);
    let mut take = batch.statement(TAKE)?;
    for (number, run) in &mut claimed {
        take.execute((*number, request.worker.as_str()))?;
        (run.version, run.fence, run.claims) = (run.version + 1, run.fence + 1, run.claims.saturating_add(1));
        (run.worker, run.held) = (Some(request.worker.clone()), true);
    }
    Ok(claimed.into_iter().map(|(_, run)| run).collect())
}

fn load(batch: &Batch<'_>, number: i64, limits: &Limits) -> Result<(i64, StoredRun), Failure> {
    let mut statement = batch.statement(LOAD)?;
    let mut rows = statement.query((number, batch.now()))?;
    match rows.next()? {
        Some(row) => rows::run(row, batch.place(), limits),
        None => Err(missing(batch.place()).into()),
    }
}

fn missing(place: &Place) -> StoreError {
    StoreError::corrupt(format!("{place} is damaged: an index names a run that is not there"))
}

fn check_lease(alive: bool, request: &ClaimRequest) -> Result<(), StoreError> {
    if alive { Ok(()) } else { Err(StoreError::lease_lost(&request.worker, None)) }
}

fn workflows(request: &ClaimRequest) -> Result<String, StoreError> {
    serde_json::to_string(&request.workflows)
        .map_err(|error| StoreError::refused("the workflows to claim have no JSON").caused_by(error))
}
