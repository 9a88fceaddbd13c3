//! Workers and their leases.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use stepflow::Timestamp;

use super::batch::Batch;
use super::error::Failure;
use super::presence::{Lock, Presence};
use super::rows::held;
use crate::micros::{later, span};
use crate::{Renewed, StoreError, WorkerId};

pub(super) const KNOWN: &str = "SELECT count(*) FROM workers WHERE id = ?1";

const JOIN: &str = "INSERT INTO workers (id, lease_until, present) VALUES (?1, ?2, 0)";

pub(super) const PRESENT: &str = "UPDATE workers SET present = 1 WHERE number = ?1";

pub(super) const RENEW: &str = "UPDATE workers SET lease_until = ?3 WHERE id = ?1 AND lease_until > ?2";

pub(super) const CANCELLED: &str =
    "SELECT id FROM runs WHERE taken = 1 AND worker = ?1 AND cancel IS NOT NULL ORDER BY id";

pub(super) const NEXT_AT_ONCE: &str = concat!(
    "SELECT created_at FROM runs INDEXED BY runs_at_once WHERE status = 'ready' AND due IS NULL AND NOT ",
    held!(),
    " ORDER BY created_at LIMIT 1"
);

pub(super) const NEXT_DUE: &str = concat!(
    "SELECT due FROM runs INDEXED BY runs_due WHERE status = 'ready' AND due IS NOT NULL AND NOT ",
    held!(),
    " ORDER BY due LIMIT 1"
);

pub(super) const GIVE_UP: &str =
    "UPDATE runs SET taken = 0, version = version + 1 WHERE taken = 1 AND worker = ?1";

pub(super) const FORGET: &str = "DELETE FROM workers WHERE id = ?1";

const PRESENT_WORKERS: &str = "SELECT number FROM workers WHERE present = 1";

pub(super) const BURY: &str = "DELETE FROM workers WHERE number = ?1 RETURNING lease_until > ?2";

/// How long a worker is remembered whose lease is over and of whose process nothing can be known.
const REMEMBERED: i64 = 24 * 60 * 60 * 1_000_000;

const TIDY: &str = "DELETE FROM workers WHERE present = 0 AND lease_until < ?1";

/// Makes a worker known, with a lock that lasts as long as its process, where there can be one.
pub(super) fn join(
    batch: &mut Batch<'_>,
    worker: &WorkerId,
    lease: Duration,
    presence: &Presence,
) -> Result<Option<Lock>, Failure> {
    let known: i64 = batch.statement(KNOWN)?.query_row([worker.as_str()], |row| row.get(0))?;
    if known > 0 {
        return Err(StoreError::refused(format!("there is a worker {worker} already")).into());
    }
    // Of a worker of this name that was buried, or forgotten long ago.
    batch.statement(GIVE_UP)?.execute([worker.as_str()])?;
    batch.statement(TIDY)?.execute([batch.now().saturating_sub(REMEMBERED)])?;
    let until = later(batch.now(), span(lease));
    let number = batch.statement(JOIN)?.insert((worker.as_str(), until))?;
    let lock = presence.lock(number);
    if lock.is_some() {
        batch.statement(PRESENT)?.execute([number])?;
    }
    batch.leases_changed();
    Ok(lock)
}

/// Begins a lease anew, and looks what its worker has to know.
pub(super) fn renew(batch: &mut Batch<'_>, worker: &WorkerId, lease: Duration) -> Result<Renewed, Failure> {
    let (now, id) = (batch.now(), worker.as_str());
    let alive = batch.statement(RENEW)?.execute((id, now, later(now, span(lease))))? > 0;
    batch.leases_changed();
    let mut cancelled = Vec::new();
    if alive {
        let mut statement = batch.statement(CANCELLED)?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            let run: String = row.get(0)?;
            match run.parse() {
                Ok(run) => cancelled.push(run),
                // Nothing can be told of it by its name; `load` and `list` say what is wrong.
                Err(error) => tracing::error!(%run, %error, "the id of a run is damaged"),
            }
        }
    }
    let next = |sql| -> rusqlite::Result<Option<i64>> {
        batch.statement(sql)?.query_row(params![None::<i64>, now], |row| row.get(0)).optional()
    };
    let next_due = [next(NEXT_AT_ONCE)?, next(NEXT_DUE)?].into_iter().flatten().min();
    let next_due = next_due.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    Ok(Renewed { alive, cancelled, next_due })
}

/// Gives up every run of a worker, and forgets it.
pub(super) fn leave(batch: &mut Batch<'_>, worker: &WorkerId) -> Result<(), Failure> {
    batch.statement(GIVE_UP)?.execute([worker.as_str()])?;
    batch.statement(FORGET)?.execute([worker.as_str()])?;
    batch.leases_changed();
    Ok(())
}

/// The workers whose processes can be told to live or not.
pub(super) fn present(connection: &Connection) -> Result<Vec<i64>, Failure> {
    let mut statement = connection.prepare_cached(PRESENT_WORKERS)?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Forgets workers that are dead, and says how many of them had a lease that lasted.
pub(super) fn bury(batch: &mut Batch<'_>, dead: &[i64]) -> Result<u32, Failure> {
    let mut buried = 0;
    for number in dead {
        let ended = batch.statement(BURY)?.query_row((number, batch.now()), |row| row.get::<_, bool>(0));
        buried += u32::from(ended.optional()?.unwrap_or(false));
    }
    batch.leases_changed();
    Ok(buried)
}
