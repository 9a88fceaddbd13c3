//! Connections, each set up in the same way.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use stepflow::{Clock, Sleeper, SystemClock, ThreadSleeper};

use super::error::{Failure, Place};
use super::options::{SqliteOptions, Synchronous};
use super::schema::{self, Found};
use crate::StoreError;

/// Before this one, two connections that write and checkpoint at the same moment could damage the file.
const OLDEST: i32 = 3_051_003;

/// Room for every statement of this crate, so that none is ever parsed twice.
const STATEMENTS: usize = 64;

/// A connection that writes. Makes the file where it may and where there is none, and brings its tables up to
/// date.
pub(super) fn writer(
    path: &Path,
    make: bool,
    place: &Place,
    options: &SqliteOptions,
) -> Result<Connection, Failure> {
    check_version()?;
    if !make && !path.exists() {
        let missing = std::io::Error::from(ErrorKind::NotFound);
        return Err(StoreError::unavailable(format!("{place} is not there"), missing).into());
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, make);
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    let found = patiently(options.busy_timeout, || schema::look(&connection));
    match found.map_err(|error| why_not_opened(error, path, place))? {
        Found::Ours => {}
        Found::Empty if make => {}
        Found::Empty | Found::Foreign => return Err(schema::foreign(place).into()),
    }
    let mode = patiently(options.busy_timeout, || write_ahead(&connection))?;
    if mode != "wal" {
        return Err(StoreError::refused(format!(
            "{place} lies on a file system without shared memory, such as a network share: its journal can \
             only be `{mode}`, and has to be `wal`"
        ))
        .into());
    }
    set_up(&mut connection, place, options)?;
    Ok(connection)
}

/// A connection that reads.
pub(super) fn reader(path: &Path, options: &SqliteOptions) -> Result<Connection, Failure> {
    // Not with the flag for reading only: a reader may have to make the file that readers and writers share.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.pragma_update(None, "query_only", true)?;
    keep_statements(&connection)?;
    Ok(connection)
}

/// The only connection to a database in memory.
pub(super) fn memory(place: &Place, options: &SqliteOptions) -> Result<Connection, Failure> {
    check_version()?;
    let mut connection = Connection::open_in_memory()?;
    set_up(&mut connection, place, options)?;
    Ok(connection)
}

/// Tries until nobody else has the lock any more, or for so long.
///
/// SQLite's own waiting sleeps for up to a tenth of a second at a time, and is not asked everywhere.
pub(super) fn patiently<T>(
    timeout: Duration,
    mut attempt: impl FnMut() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let clock = SystemClock::new();
    let started = clock.monotonic();
    let mut pause = Duration::from_micros(100);
    loop {
        match attempt() {
            Err(busy) if busy.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                if clock.monotonic().saturating_sub(started) >= timeout {
                    return Err(busy);
                }
                ThreadSleeper.sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(4));
            }
            done => return done,
        }
    }
}

/// The same file wherever the process goes from here.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path)
        .map_err(|error| StoreError::refused(format!("`{}` names no file", path.display())).caused_by(error))
}

/// The name of a file that belongs to the database and lies next to it.
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

fn check_version() -> Result<(), StoreError> {
    let found = rusqlite::version_number();
    if found < OLDEST {
        return Err(StoreError::refused(format!(
            "this program is linked with SQLite {}, which can damage a database that two processes write to; \
             3.51.3 is the first that does not: use the feature `bundled` of rusqlite",
            rusqlite::version()
        )));
    }
    Ok(())
}

/// SQLite says no more than that it cannot open a file when the folder can only be read.
fn why_not_opened(error: rusqlite::Error, path: &Path, place: &Place) -> Failure {
    let probe = beside(path, "-probe");
    if error.sqlite_error_code() != Some(ErrorCode::CannotOpen) {
        return error.into();
    }
    match File::create_new(&probe).map(|_| std::fs::remove_file(&probe)) {
        Err(denied)
            if matches!(denied.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
        {
            let what = format!(
                "{place} can only be read: its journal has to lie beside it, and its folder cannot be written"
            );
            Failure::Refused(StoreError::read_only(what, denied))
        }
        _ => error.into(),
    }
}

/// Switches to the write-ahead log, and says which journal it is then.
fn write_ahead(connection: &Connection) -> rusqlite::Result<String> {
    let mode = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    let found = connection.pragma_query_value(None, "journal_mode", mode)?;
    if found == "wal" {
        return Ok(found);
    }
    connection.pragma_update_and_check(None, "journal_mode", "wal", mode)
}

/// A statement is prepared once for a connection. Left alone, SQLite prepares those with a `LIMIT` anew for each
/// value that is bound to it.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn set_up(connection: &mut Connection, place: &Place, options: &SqliteOptions) -> Result<(), Failure> {
    let synchronous = match options.synchronous {
        Synchronous::Full => "full",
        Synchronous::Normal => "normal",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // Where the system has a call of its own for what is really on the disk, as macOS has.
    connection.pragma_update(None, "fullfsync", options.synchronous == Synchronous::Full)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Cut back what a burst has left behind. At 0 the file would be cut and grown again all the time.
    let size = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, size)?;
    // In KiB. With the 2 MiB that it has by default the rows of some thousand runs would be read anew.
    connection.pragma_update(None, "cache_size", -16_000)?;
    keep_statements(connection)?;
    schema::migrate(connection, place)?;
    // From here on `patiently` does the waiting.
    Ok(connection.busy_timeout(Duration::ZERO)?)
}
