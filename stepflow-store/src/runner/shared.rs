//! What the tasks of a runner have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stepflow::{CancelToken, RunId, Timestamp};
use tokio::sync::{Notify, Semaphore, watch};

use super::clock::RunClock;
use super::hooks::Hooks;
use super::membership::Membership;
use super::registry::Registry;
use super::settings::Settings;
use super::slot::Slot;
use super::wait::{pause_after, unless};
use crate::{Change, Store, StoreError, StoreFuture};

/// What the tasks of a runner have in common.
pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    pub(super) settings: Settings,
    pub(super) registry: Registry,
    pub(super) hooks: Hooks,
    pub(super) clock: RunClock,
    /// Room for runs.
    pub(super) room: Arc<Semaphore>,
    /// Somebody changed a run through this process.
    pub(super) look: Arc<Notify>,
    /// There may be a run to take up, sooner than it was to be looked for.
    pub(super) wake: Notify,
    /// The lease is to be renewed now.
    pub(super) beat: Notify,
    /// Nothing new begins.
    pub(super) draining: CancelToken,
    /// Nothing goes on.
    pub(super) stopped: CancelToken,
    pub(super) membership: watch::Sender<Arc<Membership>>,
    active: Mutex<BTreeMap<RunId, Arc<Slot>>>,
    alarms: Mutex<BTreeSet<Timestamp>>,
    troubles: Mutex<BTreeMap<RunId, Arc<StoreError>>>,
    watchers: Mutex<BTreeMap<RunId, Arc<Notify>>>,
}

impl Shared {
    pub(super) fn new(
        (store, settings): (Arc<dyn Store>, Settings),
        (registry, hooks, clock): (Registry, Hooks, RunClock),
        (stopped, membership): (CancelToken, Membership),
    ) -> Self {
        Self {
            store,
            room: Arc::new(Semaphore::new(settings.concurrency)),
            settings,
            registry,
            hooks,
            clock,
            look: Arc::default(),
            wake: Notify::new(),
            beat: Notify::new(),
            draining: CancelToken::new(),
            stopped,
            membership: watch::Sender::new(Arc::new(membership)),
            active: Mutex::default(),
            alarms: Mutex::default(),
            troubles: Mutex::default(),
            watchers: Mutex::default(),
        }
    }

    pub(super) fn membership(&self) -> Arc<Membership> {
        Arc::clone(&self.membership.borrow())
    }

    /// Asks the store again and again for as long as the answer may be another one later, and the token is
    /// not cancelled; `None` once it is.
    pub(super) async fn insist<'a, T>(
        &self,
        gone: &CancelToken,
        call: impl Fn() -> StoreFuture<'a, T>,
    ) -> Option<Result<T, StoreError>> {
        let mut failed = 0;
        loop {
            match unless(gone, call()).await? {
                Err(error) if error.is_transient() => {
                    failed += 1;
                    let pause = pause_after(failed);
                    tracing::warn!(target: TARGET, %error, failed, ?pause, "the store is asked again");
                    unless(gone, tokio::time::sleep(pause)).await?;
                }
                answer => return Some(answer),
            }
        }
    }

    /// Gives a run up that this process holds, as it was saved.
    pub(super) async fn release(&self, slot: &Slot) {
        let run = &slot.claim.run;
        let released = self.amend_held(slot, |_| Some(Change { release: true, ..Change::default() })).await;
        if let Some(Err(error)) = released {
            tracing::warn!(target: TARGET, run_id = %run, %error, "a run could not be given up");
        }
    }

    /// Changes a run that this process holds, whatever its version is by now. Answers whether the change was
    /// made; `None` where nothing is left to change.
    pub(super) async fn amend_held(
        &self,
        slot: &Slot,
        change: impl Fn(&crate::StoredRun) -> Option<Change>,
    ) -> Option<Result<(), StoreError>> {
        let run = &slot.claim.run;
        loop {
            let stored = match self.insist(&slot.gone, || self.store.load(run)).await? {
                Ok(stored) => stored.filter(|stored| slot.holds(stored))?,
                Err(error) => return Some(Err(error)),
            };
            let change = change(&stored)?;
            match self.insist(&slot.gone, || self.store.amend(run, stored.version, &change)).await? {
                Ok(true) => return Some(Ok(())),
                Ok(false) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Somebody wants a run to be cancelled that was just given up: has it looked at once more.
    pub(super) async fn cancel_given_up(&self, run: &RunId) {
        loop {
            let Some(Ok(Some(stored))) = self.insist(&self.stopped, || self.store.load(run)).await else {
                return;
            };
            if stored.cancel.is_none() || stored.held || stored.status.is_finished() {
                return;
            }
            let change =
                Change { status: Some(crate::RunStatus::Ready), due: Some(None), ..Change::default() };
            match self.insist(&self.stopped, || self.store.amend(run, stored.version, &change)).await {
                Some(Ok(false)) => {}
                _ => break,
            }
        }
        self.wake.notify_one();
    }

    pub(super) fn active(&self) -> MutexGuard<'_, BTreeMap<RunId, Arc<Slot>>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn troubles(&self) -> MutexGuard<'_, BTreeMap<RunId, Arc<StoreError>>> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When runs become due that nobody holds.
    pub(super) fn alarms(&self) -> MutexGuard<'_, BTreeSet<Timestamp>> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn watchers(&self) -> MutexGuard<'_, BTreeMap<RunId, Arc<Notify>>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run can go on from then on. What is due already is found without this.
    pub(super) fn set_alarm(&self, due: Timestamp) {
        let wait = self.clock.until(due);
        if !wait.is_zero() && self.alarms().insert(due) && wait < self.settings.poll {
            // Nobody looks that often.
            self.wake.notify_one();
        }
    }

    /// Tells those who wait for this run that it does not go on here.
    pub(super) fn tell(&self, run: &RunId) {
        if let Some(watcher) = self.watchers().get(run) {
            watcher.notify_waiters();
        }
    }
}

/// What events are filtered by.
pub(super) const TARGET: &str = "stepflow::store";
