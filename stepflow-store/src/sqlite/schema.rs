//! The tables, and how older files come to have them.

use rusqlite::{Connection, TransactionBehavior};

use super::error::{Failure, Place};
use crate::StoreError;

/// Says in the file's header whose it is: "stfw".
pub(super) const APPLICATION_ID: i32 = 0x7374_6677;

/// The version that this library writes.
const VERSION: u32 = MIGRATIONS.len() as u32;

/// What brings a file from each version to the next. A text that was released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql")];

/// What a file is, by its header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No database yet, or one without tables.
    Empty,
    /// Runs are kept in it.
    Ours,
    /// Another program's.
    Foreign,
}

/// Looks whose file it is.
pub(super) fn look(connection: &Connection) -> rusqlite::Result<Found> {
    // In this order: who is just making the tables marks the file in the same transaction.
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(match (id, tables) {
        (APPLICATION_ID, _) => Found::Ours,
        (0, 0) => Found::Empty,
        _ => Found::Foreign,
    })
}

/// Brings the tables to today's version: in one transaction, so that of many who open the file at once one
/// does it and the others find it done.
pub(super) fn migrate(connection: &mut Connection, place: &Place) -> Result<(), Failure> {
    if is_current(connection, place)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Somebody else may have done it while this process waited for the lock.
    if !is_current(&transaction, place)? {
        if look(&transaction)? == Found::Foreign {
            return Err(foreign(place).into());
        }
        let version = version(&transaction)?;
        for migration in MIGRATIONS.iter().skip(version as usize) {
            transaction.execute_batch(migration)?;
        }
    }
    Ok(transaction.commit()?)
}

pub(super) fn foreign(place: &Place) -> StoreError {
    StoreError::refused(format!("{place} is an SQLite database, and none of stepflow's"))
}

fn is_current(connection: &Connection, place: &Place) -> Result<bool, Failure> {
    let found = version(connection)?;
    if look(connection)? != Found::Ours {
        return Ok(false);
    }
    if found > VERSION {
        let newer = StoreError::newer(found, VERSION);
        return Err(newer.caused_by(format!("the database is {place}")).into());
    }
    Ok(found == VERSION)
}

fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
