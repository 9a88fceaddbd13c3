//! This process as the store knows it.

use std::sync::{Mutex, PoisonError};

use stepflow::CancelToken;
use tokio::time::Instant;

use super::chance;
use crate::WorkerId;

/// This process as the store knows it, until its lease is over.
#[derive(Debug)]
pub(super) struct Membership {
    pub(super) worker: WorkerId,
    /// The lease is over, and with it the hold on every run.
    pub(super) gone: CancelToken,
    until: Mutex<Instant>,
}

impl Membership {
    /// `until`: when the lease is over at the latest, as far as this process can know.
    pub(super) fn new(worker: WorkerId, until: Instant, stopped: &CancelToken) -> Self {
        Self { worker, gone: stopped.child(), until: Mutex::new(until) }
    }

    /// A name that no worker had before.
    pub(super) fn name(name: &str) -> WorkerId {
        WorkerId::new(format!("{name}/{}/{:016x}", std::process::id(), chance::number()))
    }

    pub(super) fn until(&self) -> Instant {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn extend(&self, until: Instant) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}
