//! One run that is being carried out here.

use std::sync::{Arc, Mutex, PoisonError};

use stepflow::{CancelToken, Timestamp};
use tokio::sync::Notify;

use super::membership::Membership;
use crate::{Claim, StoreError, StoredRun};

/// One run that is being carried out here: what its task, its journal and the rest of the runner tell each
/// other.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) claim: Claim,
    /// A person wants the run to be cancelled.
    pub(super) cancel: CancelToken,
    /// The run is not this worker's any more, or is about to be nobody's: its task stops at the next `.await`.
    pub(super) gone: CancelToken,
    /// Nothing of it runs here any more.
    pub(super) ended: CancelToken,
    resting: Mutex<Option<Timestamp>>,
    rested: Notify,
    trouble: Mutex<Option<StoreError>>,
}

impl Slot {
    pub(super) fn new(membership: &Membership, run: &StoredRun) -> Arc<Self> {
        let claim = Claim { run: run.id.clone(), worker: membership.worker.clone(), fence: run.fence };
        Arc::new(Self {
            claim,
            cancel: CancelToken::new(),
            gone: membership.gone.child(),
            ended: CancelToken::new(),
            resting: Mutex::default(),
            rested: Notify::new(),
            trouble: Mutex::default(),
        })
    }

    /// Whether the run is still this claim's, as far as the store knew when it was read.
    pub(super) fn holds(&self, run: &StoredRun) -> bool {
        run.held && run.fence == self.claim.fence && run.worker.as_ref() == Some(&self.claim.worker)
    }

    /// Has the task of the run wait until then, and returns when it has. The wait is the task's and not the
    /// journal's, so that a run which waits holds no thread.
    pub(super) async fn rest(&self, due: Timestamp) {
        *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = Some(due);
        self.rested.notified().await;
    }

    /// Until when the run is to wait, if its journal has asked for that.
    pub(super) fn resting(&self) -> Option<Timestamp> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The wait is over.
    pub(super) fn rested(&self) {
        self.rested.notify_one();
    }

    /// The run cannot be saved, and it would not help to try again.
    pub(super) fn fail(&self, error: StoreError) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    pub(super) fn trouble(&self) -> Option<StoreError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
