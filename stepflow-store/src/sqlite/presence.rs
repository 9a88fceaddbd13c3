//! Locks that tell which workers' processes live: the system takes them back when a process dies, however it
//! does, and leaves them with one that is merely stopped.
//!
//! The lease is what counts. The lock only spares the others the wait when it is certain that nobody is left
//! to use it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fs4::{FileExt, TryLockError};

use super::connect::beside;
use crate::WorkerId;

/// Where the locks lie: beside the database, in files named after it and the number of the worker. A database
/// in memory has none.
pub(super) struct Presence {
    database: Option<PathBuf>,
    held: Mutex<BTreeMap<WorkerId, Lock>>,
}

/// A lock on a worker's file.
pub(super) struct Lock {
    path: PathBuf,
    /// Holds the lock for as long as it is open.
    _file: File,
}

impl Presence {
    pub(super) fn beside(database: Option<&Path>) -> Self {
        Self { database: database.map(Path::to_path_buf), held: Mutex::default() }
    }

    /// Takes the lock of a worker that is joining, if that can be done here.
    pub(super) fn lock(&self, number: i64) -> Option<Lock> {
        let path = self.path(number)?;
        match try_lock(&path, true) {
            Ok(file) => Some(Lock { path, _file: file? }),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "no lock tells that this worker lives");
                None
            }
        }
    }

    /// The locks of those workers whose processes are gone.
    pub(super) fn of_the_dead(&self, workers: &[i64]) -> BTreeMap<i64, Lock> {
        let dead = |number: &i64| {
            let path = self.path(*number)?;
            let file = match try_lock(&path, false) {
                Ok(file) => file?,
                // It is not there although the worker has not left: somebody deleted it, and nothing is
                // known.
                Err(error) => {
                    tracing::debug!(%error, path = %path.display(), "a worker's lock cannot be looked at");
                    return None;
                }
            };
            Some((*number, Lock { path, _file: file }))
        };
        workers.iter().filter_map(dead).collect()
    }

    pub(super) fn keep(&self, worker: WorkerId, lock: Lock) {
        self.held().insert(worker, lock);
    }

    pub(super) fn give_up(&self, worker: &WorkerId) {
        let lock = self.held().remove(worker);
        lock.into_iter().for_each(Lock::remove);
    }

    fn path(&self, number: i64) -> Option<PathBuf> {
        Some(beside(self.database.as_ref()?, &format!("-worker-{number}")))
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<WorkerId, Lock>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lock {
    /// Deletes the file, and lets the lock go after that: nobody else can have it in between.
    pub(super) fn remove(self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(%error, path = %self.path.display(), "a lock file stays behind");
        }
    }
}

/// The file with its lock, or `None` where another process has it.
fn try_lock(path: &Path, make: bool) -> io::Result<Option<File>> {
    let file = OpenOptions::new().write(true).create(make).truncate(false).open(path)?;
    // By its full path: from Rust 1.89 on, `File` has a method of this name too.
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
