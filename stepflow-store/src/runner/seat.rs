//! Who carries a run out here, and who waits for it.

use std::sync::Arc;

use stepflow::RunId;
use tokio::sync::{Notify, OwnedSemaphorePermit};

use super::shared::Shared;
use super::slot::Slot;

/// A place among the runs that are carried out here. Whatever becomes of the task, it is free afterwards.
pub(super) struct Seat {
    shared: Arc<Shared>,
    slot: Arc<Slot>,
    _room: OwnedSemaphorePermit,
}

impl Seat {
    /// Waits until nothing of the run is left here from an earlier hold on it; `None` if that takes longer
    /// than a lease.
    pub(super) async fn take(
        shared: &Arc<Shared>,
        slot: &Arc<Slot>,
        room: OwnedSemaphorePermit,
    ) -> Option<Self> {
        loop {
            let before = {
                let mut active = shared.active();
                match active.get(&slot.claim.run) {
                    Some(before) => Arc::clone(before),
                    None => {
                        active.insert(slot.claim.run.clone(), Arc::clone(slot));
                        break;
                    }
                }
            };
            tokio::time::timeout(shared.settings.lease, before.ended.cancelled()).await.ok()?;
        }
        shared.troubles().remove(&slot.claim.run);
        Some(Self { shared: Arc::clone(shared), slot: Arc::clone(slot), _room: room })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.shared.active().remove(&self.slot.claim.run);
        self.slot.ended.cancel();
        self.shared.tell(&self.slot.claim.run);
    }
}

/// Somebody waits for a run, and is told when it does not go on here.
pub(super) struct Watch {
    shared: Arc<Shared>,
    run: RunId,
    pub(super) told: Arc<Notify>,
}

impl Watch {
    pub(super) fn new(shared: &Arc<Shared>, run: &RunId) -> Self {
        let told = Arc::clone(shared.watchers().entry(run.clone()).or_default());
        Self { shared: Arc::clone(shared), run: run.clone(), told }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watchers = self.shared.watchers();
        // The list has one, and this watch the other.
        if Arc::strong_count(&self.told) <= 2 {
            watchers.remove(&self.run);
        }
    }
}
