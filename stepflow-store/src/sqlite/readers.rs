//! Connections that read: they see what is committed, and wait for no writer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::blocking::block;
use super::connect;
use super::error::{Failure, Place};
use super::options::SqliteOptions;
use super::writer::Writer;
use crate::StoreError;

/// How many connections read. A read takes microseconds, and a new connection has every statement to prepare:
/// waiting for one of these is quicker than opening another.
const MOST: usize = 4;

#[derive(Clone)]
pub(super) struct Readers(Arc<Kind>);

enum Kind {
    File {
        path: PathBuf,
        options: SqliteOptions,
        idle: Mutex<Vec<Connection>>,
        /// One permit for each connection that is not in use, or not yet open.
        free: Arc<Semaphore>,
        place: Place,
    },
    /// A database in memory has one connection.
    Memory(Writer),
}

impl Readers {
    pub(super) fn file(path: PathBuf, options: SqliteOptions, place: Place) -> Self {
        Self(Arc::new(Kind::File {
            path,
            options,
            idle: Mutex::default(),
            free: Arc::new(Semaphore::new(MOST)),
            place,
        }))
    }

    pub(super) fn memory(writer: Writer) -> Self {
        Self(Arc::new(Kind::Memory(writer)))
    }

    /// Reads what was committed at one moment.
    pub(super) async fn read<T, R>(&self, work: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        let kind = Arc::clone(&self.0);
        let free = match &*self.0 {
            // It is never closed.
            Kind::File { free, .. } => Arc::clone(free).acquire_owned().await.ok(),
            Kind::Memory(_) => None,
        };
        let done = block(move || {
            // A caller that goes away may leave the reading under way.
            let _free = free;
            kind.read(|connection| snapshot(connection, work))
        })
        .await;
        done.unwrap_or_else(|error| {
            Err(StoreError::unavailable(
                "reading was broken off, because the runtime is shutting down",
                error,
            ))
        })
    }
}

impl Kind {
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, StoreError> {
        let (path, options, idle, place) = match self {
            Self::Memory(writer) => return writer.read(work),
            Self::File { path, options, idle, place, .. } => (path, options, idle, place),
        };
        let pool = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = pool().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => connect::reader(path, options).map_err(|failure| failure.at(place))?,
        };
        let result = work(&connection);
        // After a failure a fresh one is better.
        if !matches!(result, Err(Failure::Database(_))) {
            pool().push(connection);
        }
        result.map_err(|failure| failure.at(place))
    }
}

fn snapshot<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let transaction = connection.unchecked_transaction()?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}
