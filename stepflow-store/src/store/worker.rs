//! Who carries runs out.

use std::fmt;

use serde::{Deserialize, Serialize};
use stepflow::{RunId, Timestamp};

/// Names one worker: a process, or a runner in it, for as long as its lease lasts. A worker that lost its
/// lease comes back under another name.
///
/// ```
/// use stepflow_store::WorkerId;
///
/// assert_eq!(WorkerId::new("host-1/4711/a3").to_string(), "host-1/4711/a3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkerId(String);

impl WorkerId {
    /// A worker of this name, which no other worker may ever have.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// That a worker holds a run. Whoever takes the run over gets a higher fence, and from then on a commit
/// under this one is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The run.
    pub run: RunId,
    /// Who holds it.
    pub worker: WorkerId,
    /// The number under which they do.
    pub fence: u64,
}

/// Which runs a worker can carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequest {
    /// Who asks.
    pub worker: WorkerId,
    /// The public names of the workflows that it has.
    pub workflows: Vec<String>,
    /// How many runs it has room for.
    pub limit: u32,
}

/// What came of renewing a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// Whether the lease was still running, and runs on now.
    pub alive: bool,
    /// The runs of this worker that people want to be cancelled.
    pub cancelled: Vec<RunId>,
    /// When the next run becomes due that nobody holds, of any workflow.
    pub next_due: Option<Timestamp>,
}
