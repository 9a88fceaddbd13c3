//! A change that is tried until it is made for the run as it is, or turns out to make no sense any more.

use stepflow::RunId;

use super::{Runs, RunsError};
use crate::store::{Change, StoredRun};

/// Each try that is lost is one that another change has won, so it takes as many changes to one run in a row to
/// use them up.
const TRIES: u32 = 100;

pub(super) struct Tries<'a> {
    runs: &'a Runs,
    run: &'a RunId,
    left: u32,
}

impl<'a> Tries<'a> {
    pub(super) fn new(runs: &'a Runs, run: &'a RunId) -> Self {
        Self { runs, run, left: TRIES }
    }

    /// The run as it is now.
    pub(super) async fn look(&mut self) -> Result<StoredRun, RunsError> {
        if self.left < TRIES {
            tokio::task::yield_now().await;
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| RunsError::Busy { run: self.run.clone() })?;
        self.runs.load(self.run).await
    }

    /// Whether this is the first look.
    pub(super) fn is_first(&self) -> bool {
        self.left + 1 == TRIES
    }

    /// Makes the change, if the run is still the one that was looked at.
    pub(super) async fn amend(&self, found: &StoredRun, change: &Change) -> Result<bool, RunsError> {
        let amended = self.runs.store.amend(self.run, found.version, change).await?;
        Ok(amended)
    }

    /// What to make of a run whose parts do not fit together: if it has changed since, they were read at
    /// different moments, and it is looked at again.
    pub(super) async fn blame(&self, found: &StoredRun, error: RunsError) -> Result<(), RunsError> {
        let now = self.runs.load(self.run).await?;
        if now.version == found.version { Err(error) } else { Ok(()) }
    }
}
