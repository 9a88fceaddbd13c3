//! Connections that read: they see what is committed, and wait for no writer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::blocking::block;
use super::connect;
use super::error::{Failure, Place};
use super::options::SqliteOptions;
use super::writer::Writer;
use crate::StoreError;

/// How many connections are kept open while nobody reads.
const IDLE: usize = 4;

#[derive(Clone)]
pub(super) struct Readers(Arc<Kind>);

enum Kind {
    File {
        path: PathBuf,
        options: SqliteOptions,
        idle: Mutex<Vec<Connection>>,
        place: Place,
    },
    /// A database in memory has one connection.
    Memory(Writer),
}

impl Readers {
    pub(super) fn file(path: PathBuf, options: SqliteOptions, place: Place) -> Self {
        Self(Arc::new(Kind::File { path, options, idle: Mutex::default(), place }))
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
        let done = block(move || kind.read(|connection| snapshot(connection, work))).await;
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
            Self::File { path, options, idle, place } => (path, options, idle, place),
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
            let mut pool = pool();
            if pool.len() < IDLE {
                pool.push(connection);
            }
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
