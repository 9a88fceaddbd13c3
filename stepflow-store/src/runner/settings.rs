//! What can be said about a runner.

use std::time::Duration;

/// What can be said about a runner, with what goes without saying.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// How many runs are carried out at once.
    pub(super) concurrency: usize,
    /// How long a process that says nothing is taken to be alive.
    pub(super) lease: Duration,
    /// How often somebody may go down with a run in a row.
    pub(super) max_claims: u32,
    /// The first part of the worker's id.
    pub(super) name: String,
    /// How long a run may wait in memory.
    pub(super) park_after: Duration,
    /// How often to look for what other processes did.
    pub(super) poll: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 64,
            lease: Duration::from_secs(10),
            max_claims: 5,
            name: "runner".to_owned(),
            park_after: Duration::from_secs(5),
            poll: Duration::from_millis(500),
        }
    }
}

impl Settings {
    /// How long after one renewal of the lease the next one is: two may fail before it is over.
    pub(super) fn beat(&self) -> Duration {
        self.lease / 3
    }
}
