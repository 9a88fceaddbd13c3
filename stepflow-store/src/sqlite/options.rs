//! How a database is opened.

use std::path::Path;
use std::time::Duration;

use super::SqliteStore;
use crate::StoreError;
use crate::limits::Limits;

/// How an SQLite database is opened and used. [`SqliteStore::open`] takes the defaults.
///
/// ```no_run
/// use std::time::Duration;
/// use stepflow_store::SqliteOptions;
///
/// let store = SqliteOptions::new().busy_timeout(Duration::from_secs(30)).open("runs.db")?;
/// # Ok::<(), stepflow_store::StoreError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    pub(super) busy_timeout: Duration,
    pub(super) synchronous: Synchronous,
    pub(super) limits: Limits,
}

/// What a commit survives.
///
/// ```
/// use stepflow_store::{SqliteOptions, Synchronous};
///
/// let store = SqliteOptions::new().synchronous(Synchronous::Normal).in_memory()?;
/// # Ok::<(), stepflow_store::StoreError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Synchronous {
    /// Also a power failure: it is on the disk before it is reported. The default.
    #[default]
    Full,
    /// The death of the process, and not always a power failure, which may take back the last commits. They
    /// are several times faster; a step whose commit was taken back runs again.
    Normal,
}

impl SqliteOptions {
    /// The defaults.
    ///
    /// ```
    /// let store = stepflow_store::SqliteOptions::new().in_memory()?;
    /// # Ok::<(), stepflow_store::StoreError>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            busy_timeout: Duration::from_secs(10),
            synchronous: Synchronous::default(),
            limits: Limits::default(),
        }
    }

    /// How long to wait while another process writes; 10 seconds by default. A write takes less than a
    /// millisecond as a rule, so that only a process that was stopped in the middle of one takes longer.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let patient = stepflow_store::SqliteOptions::new().busy_timeout(Duration::from_secs(60));
    /// # let _ = patient;
    /// ```
    #[must_use]
    pub fn busy_timeout(self, timeout: Duration) -> Self {
        Self { busy_timeout: timeout, ..self }
    }

    /// What a commit survives; [`Synchronous::Full`] by default.
    ///
    /// ```
    /// use stepflow_store::{SqliteOptions, Synchronous};
    ///
    /// let quick = SqliteOptions::new().synchronous(Synchronous::Normal);
    /// # let _ = quick;
    /// ```
    #[must_use]
    pub fn synchronous(self, synchronous: Synchronous) -> Self {
        Self { synchronous, ..self }
    }

    /// How large the parts of a run may be.
    ///
    /// ```
    /// use stepflow_store::{Limits, SqliteOptions};
    ///
    /// let roomy = SqliteOptions::new().limits(Limits { state: 64 << 20, ..Limits::default() });
    /// # let _ = roomy;
    /// ```
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Opens a file, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// As [`SqliteStore::open`].
    ///
    /// ```no_run
    /// let store = stepflow_store::SqliteOptions::new().open("runs.db")?;
    /// # Ok::<(), stepflow_store::StoreError>(())
    /// ```
    pub fn open(&self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        SqliteStore::at(path.as_ref(), true, self)
    }

    /// Opens a file that is there and has runs in it; makes nothing.
    ///
    /// # Errors
    ///
    /// As [`SqliteStore::open_existing`].
    ///
    /// ```no_run
    /// let store = stepflow_store::SqliteOptions::new().open_existing("runs.db")?;
    /// # Ok::<(), stepflow_store::StoreError>(())
    /// ```
    pub fn open_existing(&self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        SqliteStore::at(path.as_ref(), false, self)
    }

    /// A database of its own in memory, which is gone with the store.
    ///
    /// # Errors
    ///
    /// As [`SqliteStore::in_memory`].
    ///
    /// ```
    /// let store = stepflow_store::SqliteOptions::new().in_memory()?;
    /// # Ok::<(), stepflow_store::StoreError>(())
    /// ```
    pub fn in_memory(&self) -> Result<SqliteStore, StoreError> {
        SqliteStore::memory(self)
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self::new()
    }
}
