//! A store that several hold is a store.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{
    Change, Created, LinkHash, NewLink, NewWizard, Owner, Saved, StoreFuture, StoredWizard, Summary,
    WizardKey, WizardStore,
};

impl<S: WizardStore + ?Sized> WizardStore for Arc<S> {
    fn create<'a>(&'a self, wizard: &'a NewWizard) -> StoreFuture<'a, Created> {
        (**self).create(wizard)
    }

    fn load<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<StoredWizard>> {
        (**self).load(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a WizardKey,
        revision: u64,
        change: &'a Change,
    ) -> StoreFuture<'a, Option<Saved>> {
        (**self).save(key, revision, change)
    }

    fn touch<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<Timestamp>> {
        (**self).touch(key)
    }

    fn delete<'a>(&'a self, key: &'a WizardKey, revision: u64) -> StoreFuture<'a, bool> {
        (**self).delete(key, revision)
    }

    fn list<'a>(&'a self, owner: &'a Owner, limit: u32) -> StoreFuture<'a, Vec<Summary>> {
        (**self).list(owner, limit)
    }

    fn interrupted<'a>(&'a self, wizard: &'a str, limit: u32) -> StoreFuture<'a, Vec<WizardKey>> {
        (**self).interrupted(wizard, limit)
    }

    fn hand_over<'a>(&'a self, from: &'a Owner, to: &'a Owner) -> StoreFuture<'a, u32> {
        (**self).hand_over(from, to)
    }

    fn link<'a>(&'a self, key: &'a WizardKey, link: &'a NewLink) -> StoreFuture<'a, Option<Timestamp>> {
        (**self).link(key, link)
    }

    fn linked<'a>(&'a self, hash: &'a LinkHash) -> StoreFuture<'a, Option<StoredWizard>> {
        (**self).linked(hash)
    }

    fn redeem<'a>(&'a self, hash: &'a LinkHash, to: &'a Owner) -> StoreFuture<'a, Option<WizardKey>> {
        (**self).redeem(hash, to)
    }

    fn sweep(&self, grace: Duration, limit: u32) -> StoreFuture<'_, u32> {
        (**self).sweep(grace, limit)
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        (**self).now()
    }
}
