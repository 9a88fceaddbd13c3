//! What happened in the world outside.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// Something that happened, and that no crash undoes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// A body began.
    Begun { key: String, attempt: u32 },
    /// A commit was done.
    Committed,
    /// Somebody said what became of a body that was broken off.
    Settled,
    /// Money left.
    Paid { key: String },
}

/// The file that it is written to.
pub(crate) struct Journal {
    folder: TempDir,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        let text = std::fs::read_to_string(self.path()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Its other end, in the process that is going to be killed.
#[derive(Debug)]
pub(crate) struct Pen(File);

impl Pen {
    pub(crate) fn on(path: &Path) -> Self {
        Self(OpenOptions::new().create(true).append(true).open(path).unwrap())
    }

    /// One write to a file that is appended to: whole, or not at all.
    pub(crate) fn write(&self, entry: &Entry) {
        let line = serde_json::to_string(entry).unwrap() + "\n";
        (&self.0).write_all(line.as_bytes()).unwrap();
    }
}
