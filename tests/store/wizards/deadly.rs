//! A store of wizards in a process that is going to be killed at one of its changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use stepflow::Timestamp;
use stepflow_wizard::store::{
    Change, Created, LinkHash, NewLink, NewWizard, Owner, Saved, StoreFuture, StoredWizard, Summary,
    WizardKey, WizardStore,
};

use super::crash::Kill;

/// Kills this process, as the kernel would.
pub(super) fn die() -> ! {
    kill_process(getpid(), Signal::KILL).unwrap();
    loop {
        std::thread::park();
    }
}

#[derive(Debug)]
pub(super) struct Deadly {
    pub(super) inner: Arc<dyn WizardStore>,
    pub(super) changes: AtomicU32,
    pub(super) kill: Kill,
}

impl WizardStore for Deadly {
    fn create<'a>(&'a self, wizard: &'a NewWizard) -> StoreFuture<'a, Created> {
        self.inner.create(wizard)
    }

    fn load<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<StoredWizard>> {
        self.inner.load(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a WizardKey,
        revision: u64,
        change: &'a Change,
    ) -> StoreFuture<'a, Option<Saved>> {
        Box::pin(async move {
            let nth = self.changes.fetch_add(1, Ordering::SeqCst) + 1;
            if self.kill == Kill::BeforeChange(nth) {
                die();
            }
            let saved = self.inner.save(key, revision, change).await;
            if self.kill == Kill::AfterChange(nth) {
                die();
            }
            saved
        })
    }

    fn touch<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<Timestamp>> {
        self.inner.touch(key)
    }

    fn delete<'a>(&'a self, key: &'a WizardKey, revision: u64) -> StoreFuture<'a, bool> {
        self.inner.delete(key, revision)
    }

    fn list<'a>(&'a self, owner: &'a Owner, limit: u32) -> StoreFuture<'a, Vec<Summary>> {
        self.inner.list(owner, limit)
    }

    fn interrupted<'a>(&'a self, wizard: &'a str, limit: u32) -> StoreFuture<'a, Vec<WizardKey>> {
        self.inner.interrupted(wizard, limit)
    }

    fn hand_over<'a>(&'a self, from: &'a Owner, to: &'a Owner) -> StoreFuture<'a, u32> {
        self.inner.hand_over(from, to)
    }

    fn link<'a>(&'a self, key: &'a WizardKey, link: &'a NewLink) -> StoreFuture<'a, Option<Timestamp>> {
        self.inner.link(key, link)
    }

    fn linked<'a>(&'a self, hash: &'a LinkHash) -> StoreFuture<'a, Option<StoredWizard>> {
        self.inner.linked(hash)
    }

    fn redeem<'a>(&'a self, hash: &'a LinkHash, to: &'a Owner) -> StoreFuture<'a, Option<WizardKey>> {
        self.inner.redeem(hash, to)
    }

    fn sweep(&self, grace: Duration, limit: u32) -> StoreFuture<'_, u32> {
        self.inner.sweep(grace, limit)
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        self.inner.now()
    }
}
