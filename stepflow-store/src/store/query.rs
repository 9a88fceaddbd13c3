//! Which runs to list.

use std::fmt;
use std::str::FromStr;

use stepflow::{RunId, Timestamp};

use super::{RunStatus, StoreError, Summary};

/// Which runs to list, and how many at a time. Without anything said, every run.
///
/// ```
/// use stepflow_store::{RunQuery, RunStatus};
///
/// let waiting = RunQuery { statuses: vec![RunStatus::Paused], limit: 20, ..RunQuery::default() };
/// assert!(waiting.workflow.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunQuery {
    /// Runs of this workflow only, by its public name.
    pub workflow: Option<String>,
    /// Runs in one of these only; empty for all.
    pub statuses: Vec<RunStatus>,
    /// Runs added before then only.
    pub created_before: Option<Timestamp>,
    /// Runs added then or later only.
    pub created_since: Option<Timestamp>,
    /// Runs that have not changed since then only.
    pub unchanged_since: Option<Timestamp>,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many runs at most; between 1 and 1,000, and what is beyond is brought back to that.
    pub limit: u32,
}

impl Default for RunQuery {
    fn default() -> Self {
        Self {
            workflow: None,
            statuses: Vec::new(),
            created_before: None,
            created_since: None,
            unchanged_since: None,
            after: None,
            limit: 100,
        }
    }
}

/// Some runs, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The runs.
    pub runs: Vec<Summary>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<Cursor>,
}

/// A place in a list of runs: it stays where it is when runs come and go.
///
/// ```
/// use stepflow_store::Cursor;
///
/// let cursor = Cursor { created_at: "2024-02-29T12:00:00Z".parse()?, id: "order-7".parse()? };
/// assert_eq!(cursor.to_string().parse::<Cursor>()?, cursor);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// When the last run of the page was added.
    pub created_at: Timestamp,
    /// Its id.
    pub id: RunId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.created_at.as_microsecond(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let refused = || StoreError::refused(format!("`{text}` is no place in a list of runs"));
        let (at, id) = text.split_once('~').ok_or_else(refused)?;
        let micros = at.parse().map_err(|_| refused())?;
        Ok(Self {
            created_at: Timestamp::from_microsecond(micros).map_err(|_| refused())?,
            id: id.parse().map_err(|_| refused())?,
        })
    }
}
