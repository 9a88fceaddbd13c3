//! What SQLite says, as what a store says. Every error of the driver passes through here, once.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{ErrorCode, ffi};

use crate::StoreError;

/// The database, in sentences.
#[derive(Debug, Clone)]
pub(super) struct Place(Arc<str>);

impl Place {
    pub(super) fn file(path: &Path) -> Self {
        Self(format!("the database {}", path.display()).into())
    }

    pub(super) fn memory() -> Self {
        Self("the database in memory".into())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why something could not be done.
#[derive(Debug)]
pub(super) enum Failure {
    /// SQLite failed, and may have undone the whole transaction.
    Database(Arc<rusqlite::Error>),
    /// This one request is refused; nothing was written for it.
    Refused(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    pub(super) fn at(self, place: &Place) -> StoreError {
        match self {
            Self::Database(error) => store_error(error, place),
            Self::Refused(error) => error,
        }
    }
}

pub(super) fn store_error(error: Arc<rusqlite::Error>, place: &Place) -> StoreError {
    let extended = error.sqlite_extended_error_code();
    let Some(code) = error.sqlite_error_code() else {
        return StoreError::unavailable(format!("{place} did not answer as it should"), error);
    };
    match (code, extended) {
        (ErrorCode::DiskFull, _) | (_, Some(ffi::SQLITE_IOERR_SHMSIZE)) => StoreError::full(
            format!("{place} cannot grow: there is no room left on its file system, or a quota is used up"),
            error,
        ),
        (_, Some(ffi::SQLITE_READONLY_DBMOVED)) => StoreError::unavailable(
            format!("{place} was moved or deleted while it was in use: bring it back, or open it anew"),
            error,
        ),
        (ErrorCode::ReadOnly, _) => StoreError::read_only(
            format!("{place} can only be read: look at the permissions of the file and of its folder"),
            error,
        ),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::unavailable(
            format!("{place} is locked: another process writes for too long, or was stopped while it did"),
            error,
        ),
        (ErrorCode::CannotOpen | ErrorCode::PermissionDenied, _) => StoreError::unavailable(
            format!("{place} cannot be opened: look for its folder, and at the permissions of both"),
            error,
        ),
        (ErrorCode::DatabaseCorrupt, _) | (_, Some(ffi::SQLITE_IOERR_CORRUPTFS)) => StoreError::corrupt(
            format!("{place} is damaged: restore it from a backup, or see what sqlite3's `.recover` finds"),
        )
        .caused_by(error),
        (ErrorCode::NotADatabase, _) => {
            StoreError::corrupt(format!("{place} is no SQLite database, or its beginning is damaged"))
                .caused_by(error)
        }
        (ErrorCode::SystemIoFailure, _) => StoreError::unavailable(
            format!("{place} cannot be read or written: look at its disk, and at the log of the system"),
            error,
        ),
        (ErrorCode::ConstraintViolation, _) => {
            StoreError::corrupt(format!("{place} holds rows that do not fit together")).caused_by(error)
        }
        (ErrorCode::TooBig, _) => {
            StoreError::refused(format!("{place} cannot hold a text of this size")).caused_by(error)
        }
        _ => StoreError::unavailable(format!("{place} did not do what it was asked"), error),
    }
}
