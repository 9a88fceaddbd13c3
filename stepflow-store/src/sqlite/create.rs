//! New runs.

use rusqlite::{OptionalExtension, params};

use super::batch::Batch;
use super::error::Failure;
use super::{history, log};
use crate::micros::due_micros;
use crate::{Created, DefinitionText, NewRun, RunStatus, StoreError};

pub(super) const EXISTS: &str = "SELECT count(*) FROM runs WHERE id = ?1";

const INSERT: &str = "INSERT INTO runs (id, workflow, definition, status, version, fence, worker, taken, \
                      claims, due, step, visit, sequence, created_at, updated_at, hold, head) \
                      VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?5, ?5, ?7, ?8, 0, 0, ?9, ?9, ?10, ?11)";

pub(super) const POINT: &str = "UPDATE runs SET visit = ?2, sequence = ?3 WHERE number = ?1";

pub(super) const DEFINITION: &str = "SELECT number FROM definitions WHERE key = ?1";

const DEFINE: &str = "INSERT INTO definitions (key, fingerprint, json) VALUES (?1, ?2, ?3)";

pub(super) fn create(batch: &mut Batch<'_>, run: &NewRun, id: &str) -> Result<Created, Failure> {
    let known: i64 = batch.statement(EXISTS)?.query_row([id], |row| row.get(0))?;
    if known > 0 {
        return Ok(Created::Exists);
    }
    if let Some(worker) = &run.worker
        && !batch.is_alive(worker)?
    {
        return Err(StoreError::lease_lost(worker, None).into());
    }

    let definition = define(batch, &run.definition)?;
    let taken = run.worker.is_some();
    let number = batch.statement(INSERT)?.insert(params![
        id,
        run.workflow,
        definition,
        RunStatus::Ready.as_str(),
        taken,
        run.worker.as_ref().map(|worker| worker.as_str()),
        run.due.map(due_micros),
        run.step,
        batch.now(),
        run.hold,
        run.head,
    ])?;
    let mut end = None;
    for visit in &run.visits {
        end = Some(history::write(batch, number, end, visit)?);
    }
    if let Some(end) = end {
        batch.statement(POINT)?.execute((number, end.visit, end.sequence))?;
    }
    log::note(batch, number, 1, &run.event)?;
    Ok(Created::Added { fence: u64::from(taken) })
}

/// The number of a definition, which is added where it is not there yet.
pub(super) fn define(batch: &Batch<'_>, definition: &DefinitionText) -> rusqlite::Result<i64> {
    let DefinitionText { key, fingerprint, json } = definition;
    match batch.statement(DEFINITION)?.query_row([key], |row| row.get(0)).optional()? {
        Some(number) => Ok(number),
        None => batch.statement(DEFINE)?.insert((key, fingerprint, json)),
    }
}
