//! Saved wizards on PostgreSQL, beside the runs.

mod calls;
mod rows;
mod schema;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use stepflow::Timestamp;
use stepflow_wizard::store::{
    Change, Created, LinkHash, NewLink, NewWizard, Owner, Saved, StoreFuture, StoreLimits, StoredWizard,
    Summary, WizardKey, WizardStore,
};

use super::PostgresStore;
use super::pool::Pool;
use crate::StoreError;
use crate::wizard::told;

/// Keeps wizards in a PostgreSQL database, in the schema of the runs of a [`PostgresStore`], whose connections it
/// shares. Cheap to clone.
///
/// ```no_run
/// # async fn open() -> Result<(), stepflow_store::StoreError> {
/// use stepflow_store::PostgresStore;
///
/// let store = PostgresStore::connect("postgresql://refunds:secret@db.example/refunds").await?;
/// let wizards = store.wizards().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresWizards {
    pool: Arc<Pool>,
    limits: StoreLimits,
}

impl PostgresStore {
    /// The wizards in this database. Their tables are made, or brought up to date, here: the role needs the right to
    /// make a table and a function the first time.
    ///
    /// # Errors
    ///
    /// [`is_newer`](StoreError::is_newer) when a later release has changed the tables, and when the database cannot be
    /// used.
    ///
    /// ```no_run
    /// # async fn open(store: stepflow_store::PostgresStore) -> Result<(), stepflow_store::StoreError> {
    /// let wizards = store.wizards().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wizards(&self) -> Result<PostgresWizards, StoreError> {
        schema::WIZARDS.migrate(&self.pool).await?;
        Ok(PostgresWizards { pool: Arc::clone(&self.pool), limits: StoreLimits::default() })
    }
}

impl PostgresWizards {
    /// The same with other limits.
    ///
    /// ```no_run
    /// # async fn open(store: stepflow_store::PostgresStore) -> Result<(), stepflow_store::StoreError> {
    /// use stepflow_wizard::store::StoreLimits;
    ///
    /// let strict = StoreLimits { state: 64 << 10, ..StoreLimits::default() };
    /// let wizards = store.wizards().await?.limits(strict);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn limits(self, limits: StoreLimits) -> Self {
        Self { limits, ..self }
    }
}

impl fmt::Debug for PostgresWizards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresWizards")
            .field("pool", &self.pool)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl WizardStore for PostgresWizards {
    fn create<'a>(&'a self, wizard: &'a NewWizard) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            self.limits.check_new(wizard)?;
            self.add(wizard).await.map_err(told)
        })
    }

    fn load<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<StoredWizard>> {
        Box::pin(async move { self.one(key).await.map_err(told) })
    }

    fn save<'a>(
        &'a self,
        key: &'a WizardKey,
        revision: u64,
        change: &'a Change,
    ) -> StoreFuture<'a, Option<Saved>> {
        Box::pin(async move {
            self.limits.check_change(change)?;
            self.change(key, revision, change).await.map_err(told)
        })
    }

    fn touch<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<Timestamp>> {
        Box::pin(async move { self.rest_anew(key).await.map_err(told) })
    }

    fn delete<'a>(&'a self, key: &'a WizardKey, revision: u64) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.remove(key, revision).await.map_err(told) })
    }

    fn list<'a>(&'a self, owner: &'a Owner, limit: u32) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(async move { self.of_owner(owner, limit).await.map_err(told) })
    }

    fn interrupted<'a>(&'a self, wizard: &'a str, limit: u32) -> StoreFuture<'a, Vec<WizardKey>> {
        Box::pin(async move { self.broken_off(wizard, limit).await.map_err(told) })
    }

    fn hand_over<'a>(&'a self, from: &'a Owner, to: &'a Owner) -> StoreFuture<'a, u32> {
        Box::pin(async move { self.give(from, to).await.map_err(told) })
    }

    fn link<'a>(&'a self, key: &'a WizardKey, link: &'a NewLink) -> StoreFuture<'a, Option<Timestamp>> {
        Box::pin(async move { self.make_link(key, link).await.map_err(told) })
    }

    fn linked<'a>(&'a self, hash: &'a LinkHash) -> StoreFuture<'a, Option<StoredWizard>> {
        Box::pin(async move { self.behind(hash).await.map_err(told) })
    }

    fn redeem<'a>(&'a self, hash: &'a LinkHash, to: &'a Owner) -> StoreFuture<'a, Option<WizardKey>> {
        Box::pin(async move { self.use_up(hash, to).await.map_err(told) })
    }

    fn sweep(&self, grace: Duration, limit: u32) -> StoreFuture<'_, u32> {
        Box::pin(async move { self.clean(grace, limit).await.map_err(told) })
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        Box::pin(async move { self.clock().await.map_err(told) })
    }
}
