//! Where wizards are kept between two calls: a small, object-safe trait, and the data that goes in and out. Behind the
//! feature `store`.
//!
//! A store keeps text and numbers and decides nothing: who may answer, what an answer means and when a wizard is
//! submitted is settled above it, by [`Wizards`](crate::Wizards), once for every database. What it has to guarantee is
//! that each call is atomic and durable when it returns, that of two changes to the same revision exactly one
//! succeeds, that a wizard is found by its owner alone, and that what is over its time is gone.

mod error;
mod id;
mod limits;
mod memory;
mod shared;
mod wizard;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;

pub use self::error::StoreError;
pub(crate) use self::id::hex;
pub use self::id::{LinkHash, Owner, SubmissionId, WizardId, WizardKey, WordError};
pub use self::limits::StoreLimits;
pub use self::memory::MemoryWizards;
pub use self::wizard::{
    Cap, Caps, Change, Created, Lifetime, NewLink, NewWizard, Phase, Saved, StoredWizard, Summary,
};

/// What a [`WizardStore`] answers, later.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Where wizards are kept.
///
/// Every call is one atomic change or one consistent look, durable when it returns. Times are the store's own: no
/// process's clock decides whether a wizard is over its time. They are kept to the microsecond.
///
/// A wizard is over its time when nobody changed or [touched](Self::touch) it for as long as its [`Lifetime`] says, or
/// when it is too old altogether. It cannot be changed then, and [`sweep`](Self::sweep) removes it. One that is being
/// [completed](Phase::Completing) is never over its time: somebody has submitted it, and wants to hear of it.
///
/// What is larger than a store's [`StoreLimits`], or holds the character NUL, which not every database has, is
/// [refused](StoreError::is_refused); nothing changes then.
///
/// A store that is written elsewhere is judged by the same tests as those of this project:
/// `stepflow_wizard::testing::conformance` (feature `testing`).
pub trait WizardStore: fmt::Debug + Send + Sync + 'static {
    /// Adds a wizard, unless there is one of this id, or the owner, or the store, has as many as its [`Caps`] allow:
    /// then nothing changes. Where the store is full, those that are over their time make room first.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn create<'a>(&'a self, wizard: &'a NewWizard) -> StoreFuture<'a, Created>;

    /// A wizard, also when it is over its time and was not swept yet; `None` where there is none of this id, and
    /// where it is somebody else's.
    ///
    /// # Errors
    ///
    /// When the store cannot be used, or what it holds is damaged.
    fn load<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<StoredWizard>>;

    /// Changes a wizard, if it still has the [revision](StoredWizard::revision) that the change was made for, is this
    /// owner's and not over its time. Its revision grows, and its idle time begins anew. Otherwise nothing changes, and
    /// the answer is `None`.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn save<'a>(
        &'a self,
        key: &'a WizardKey,
        revision: u64,
        change: &'a Change,
    ) -> StoreFuture<'a, Option<Saved>>;

    /// Begins the idle time of a wizard anew, and changes nothing else. Answers when it is over now; `None` where there
    /// is no such wizard, or it is over its time already.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn touch<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<Timestamp>>;

    /// Deletes a wizard, if it still has this revision. Answers whether it did.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn delete<'a>(&'a self, key: &'a WizardKey, revision: u64) -> StoreFuture<'a, bool>;

    /// The wizards of an owner that are not over their time, the one that changed last first.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn list<'a>(&'a self, owner: &'a Owner, limit: u32) -> StoreFuture<'a, Vec<Summary>>;

    /// Wizards of this name that somebody began to complete, and whose [lease](Change::lease) is over: the longest
    /// over first.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn interrupted<'a>(&'a self, wizard: &'a str, limit: u32) -> StoreFuture<'a, Vec<WizardKey>>;

    /// Gives all wizards of one owner to another, and says how many. Links to them are void then.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn hand_over<'a>(&'a self, from: &'a Owner, to: &'a Owner) -> StoreFuture<'a, u32>;

    /// Makes a link to a wizard that is [open](Phase::Open) and not over its time, in place of the one that there
    /// was. Answers when the link is over; `None` where there is no such wizard.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn link<'a>(&'a self, key: &'a WizardKey, link: &'a NewLink) -> StoreFuture<'a, Option<Timestamp>>;

    /// The wizard that a link leads to; `None` where there is none, or the link or the wizard is over its time. The
    /// link is not used up by it.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn linked<'a>(&'a self, hash: &'a LinkHash) -> StoreFuture<'a, Option<StoredWizard>>;

    /// Uses a link up, and gives its wizard to this owner. Of many who use a link, one succeeds.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn redeem<'a>(&'a self, hash: &'a LinkHash, to: &'a Owner) -> StoreFuture<'a, Option<WizardKey>>;

    /// Deletes up to `limit` wizards that have been over their time for longer than `grace`, and says how many.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn sweep(&self, grace: Duration, limit: u32) -> StoreFuture<'_, u32>;

    /// What time it is for the store.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn now(&self) -> StoreFuture<'_, Timestamp>;
}

const _: fn(&dyn WizardStore) = |_| {};
