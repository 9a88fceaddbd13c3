//! That a worker's process is there: a lock of the server, on a connection that is the worker's alone.
//!
//! The server takes the lock back when the connection ends, and the kernel ends the connection of a process
//! that is gone. A process that is stopped keeps both. Leases are renewed on the same connection, so that
//! whoever renews has the lock, and no rush of other statements for the pool's connections delays it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::error::Failure;
use super::session::Sessions;
use crate::WorkerId;

const PRESENT: &str = include_str!("sql/present.sql");

/// A worker's connection, if it has one at the moment.
pub(super) type Slot = Arc<tokio::sync::Mutex<Option<Presence>>>;

/// The workers that joined through this store.
#[derive(Debug, Default)]
pub(super) struct Presences(Mutex<BTreeMap<WorkerId, Slot>>);

impl Presences {
    pub(super) fn slot(&self, worker: &WorkerId) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(worker.clone()).or_default())
    }

    /// Keeps the connection of a worker that has joined.
    pub(super) fn insert(&self, worker: &WorkerId, slot: Slot) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(worker.clone(), slot);
    }

    pub(super) fn remove(&self, worker: &WorkerId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(worker);
    }
}

#[derive(Debug)]
pub(super) struct Presence {
    client: Client,
    task: JoinHandle<()>,
    /// The lock's number. Each connection has another one: the last connection's may still be taken where the
    /// server has not noticed that it is gone.
    pub(super) lock: i64,
}

impl Presence {
    /// A connection with a lock of its own.
    pub(super) async fn open(sessions: &Sessions) -> Result<Self, Failure> {
        let (client, task) = sessions.within(sessions.open()).await?;
        let mut presence = Self { client, task, lock: 0 };
        loop {
            // By chance another one could have the number.
            let rows = presence.rows(sessions, PRESENT, &[]).await?;
            if let Some(row) = rows.first().filter(|row| row.try_get("taken").unwrap_or(false)) {
                presence.lock = row.try_get("lock")?;
                return Ok(presence);
            }
        }
    }

    pub(super) async fn rows(
        &self,
        sessions: &Sessions,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Failure> {
        sessions.within(self.client.query(sql, parameters)).await
    }
}

/// Ends the connection even where the server does not answer any more.
impl Drop for Presence {
    fn drop(&mut self) {
        self.task.abort();
    }
}
