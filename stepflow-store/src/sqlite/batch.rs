//! A transaction in which the changes of several callers are made.

use rusqlite::{CachedStatement, Connection};

use super::error::Place;
use crate::WorkerId;

/// A transaction that holds the only lock for writing: what is read in it stays true until it is committed,
/// for every process.
pub(super) struct Batch<'c> {
    connection: &'c Connection,
    place: &'c Place,
    now: i64,
    /// Whose lease lasts, as far as somebody asked.
    leases: Vec<(WorkerId, bool)>,
    /// The statements of a step, which come again and again: looked up once.
    hot: [Option<CachedStatement<'c>>; 3],
}

/// The statements that a step which goes on is made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hot {
    /// Finds the run, and looks who holds it.
    Find,
    /// Adds a visit.
    Visit,
    /// Moves the run on.
    GoOn,
}

/// The time by the clock of SQLite, in microseconds.
const NOW: &str = "SELECT CAST(round(unixepoch('subsec') * 1000000) AS INTEGER)";

pub(super) const IS_ALIVE: &str = "SELECT count(*) FROM workers WHERE id = ?1 AND lease_until > ?2";

impl<'c> Batch<'c> {
    pub(super) fn new(connection: &'c Connection, place: &'c Place) -> rusqlite::Result<Self> {
        let now = now(connection)?;
        Ok(Self { connection, place, now, leases: Vec::new(), hot: [None, None, None] })
    }

    pub(super) fn place(&self) -> &'c Place {
        self.place
    }

    /// When the transaction had the lock.
    pub(super) fn now(&self) -> i64 {
        self.now
    }

    pub(super) fn statement(&self, sql: &str) -> rusqlite::Result<CachedStatement<'c>> {
        self.connection.prepare_cached(sql)
    }

    /// Several statements, one after the other.
    #[cfg(feature = "wizard")]
    pub(super) fn execute_batch(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch(sql)
    }

    pub(super) fn hot(&mut self, which: Hot, sql: &str) -> rusqlite::Result<&mut CachedStatement<'c>> {
        let slot = &mut self.hot[which as usize];
        match slot {
            Some(statement) => Ok(statement),
            None => Ok(slot.insert(self.connection.prepare_cached(sql)?)),
        }
    }

    /// Whether a worker's lease lasts. Asked once for each worker: nobody else can end it meanwhile.
    pub(super) fn is_alive(&mut self, worker: &WorkerId) -> rusqlite::Result<bool> {
        if let Some((_, alive)) = self.leases.iter().find(|(known, _)| known == worker) {
            return Ok(*alive);
        }
        let alive = is_alive(self.connection, worker, self.now)?;
        self.leases.push((worker.clone(), alive));
        Ok(alive)
    }

    /// Leases were changed in this transaction.
    pub(super) fn leases_changed(&mut self) {
        self.leases.clear();
    }
}

pub(super) fn now(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached(NOW)?.query_row([], |row| row.get(0))
}

pub(super) fn is_alive(connection: &Connection, worker: &WorkerId, now: i64) -> rusqlite::Result<bool> {
    let known: i64 =
        connection.prepare_cached(IS_ALIVE)?.query_row((worker.as_str(), now), |row| row.get(0))?;
    Ok(known > 0)
}
