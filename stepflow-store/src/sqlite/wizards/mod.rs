//! Saved wizards in an SQLite file, beside its runs.

mod change;
mod create;
mod look;
mod schema;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use stepflow::Timestamp;
use stepflow_wizard::store::{
    Change, Created, LinkHash, NewLink, NewWizard, Owner, Saved, StoreFuture, StoreLimits, StoredWizard,
    Summary, WizardKey, WizardStore,
};

use super::SqliteStore;
use super::error::{Failure, Place};
use super::readers::Readers;
use super::writer::Writer;
use crate::StoreError;
use crate::wizard::told;

/// Keeps wizards in an SQLite file, beside the runs of [`SqliteStore`], whose connections it shares. Cheap to clone.
///
/// What SQLite deletes it may leave in free pages until they are used again; where that matters, keep the file on an
/// encrypted disk.
///
/// ```
/// use stepflow_store::SqliteStore;
/// use stepflow_wizard::{Blueprint, Command, Definition, Flow, Map, Stage, Wizards};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("runs.db");
/// let store = SqliteStore::open(path)?;
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let teas = Wizards::new(Definition::new(Blueprint::new(flow))?, store.wizards().await?);
///
/// let begun = teas.begin(&"session 7f3a".parse()?, Map::new()).await?.session;
/// let done = teas.advance(begun.key(), begun.revision(), Command::submit([("kind", "green")])).await?;
/// assert!(teas.load(begun.key()).await?.state().is_completed());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteWizards {
    writer: Writer,
    readers: Readers,
    place: Place,
    limits: StoreLimits,
}

impl SqliteStore {
    /// The wizards in this file. Their tables are made, or brought up to date, here.
    ///
    /// # Errors
    ///
    /// [`is_newer`](StoreError::is_newer) when a later release has changed the tables, and when the file cannot be
    /// written.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), stepflow_store::StoreError> {
    /// let wizards = stepflow_store::SqliteStore::in_memory()?.wizards().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wizards(&self) -> Result<SqliteWizards, StoreError> {
        self.writer.write(|batch| schema::migrate(batch)).await?;
        let (writer, readers, place) = (self.writer.clone(), self.readers.clone(), self.place.clone());
        Ok(SqliteWizards { writer, readers, place, limits: StoreLimits::default() })
    }
}

impl SqliteWizards {
    /// The same with other limits.
    ///
    /// ```
    /// use stepflow_wizard::store::StoreLimits;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), stepflow_store::StoreError> {
    /// let wizards = stepflow_store::SqliteStore::in_memory()?.wizards().await?;
    /// let strict = wizards.limits(StoreLimits { state: 64 << 10, ..StoreLimits::default() });
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn limits(self, limits: StoreLimits) -> Self {
        Self { limits, ..self }
    }

    async fn look<T, R>(&self, read: R) -> Result<T, stepflow_wizard::store::StoreError>
    where
        T: Send + 'static,
        R: FnOnce(&rusqlite::Connection, &Place, StoreLimits) -> Result<T, Failure> + Send + 'static,
    {
        let (place, limits) = (self.place.clone(), self.limits);
        self.readers.read(move |connection| read(connection, &place, limits)).await.map_err(told)
    }
}

impl fmt::Debug for SqliteWizards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.to_string();
        f.debug_struct("SqliteWizards")
            .field("place", &place)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl WizardStore for SqliteWizards {
    fn create<'a>(&'a self, wizard: &'a NewWizard) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            self.limits.check_new(wizard)?;
            let wizard = wizard.clone();
            self.writer.write(move |batch| create::create(batch, &wizard)).await.map_err(told)
        })
    }

    fn load<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<StoredWizard>> {
        let key = key.clone();
        Box::pin(self.look(move |connection, place, limits| look::load(connection, &key, place, limits)))
    }

    fn save<'a>(
        &'a self,
        key: &'a WizardKey,
        revision: u64,
        change: &'a Change,
    ) -> StoreFuture<'a, Option<Saved>> {
        Box::pin(async move {
            self.limits.check_change(change)?;
            let Ok(revision) = i64::try_from(revision) else { return Ok(None) };
            let (key, change) = (key.clone(), Arc::new(change.clone()));
            self.writer.write(move |batch| change::save(batch, &key, revision, &change)).await.map_err(told)
        })
    }

    fn touch<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<Timestamp>> {
        let key = key.clone();
        Box::pin(
            async move { self.writer.write(move |batch| change::touch(batch, &key)).await.map_err(told) },
        )
    }

    fn delete<'a>(&'a self, key: &'a WizardKey, revision: u64) -> StoreFuture<'a, bool> {
        let key = key.clone();
        Box::pin(async move {
            let Ok(revision) = i64::try_from(revision) else { return Ok(false) };
            self.writer.write(move |batch| change::delete(batch, &key, revision)).await.map_err(told)
        })
    }

    fn list<'a>(&'a self, owner: &'a Owner, limit: u32) -> StoreFuture<'a, Vec<Summary>> {
        let owner = owner.clone();
        Box::pin(
            self.look(move |connection, place, limits| look::list(connection, &owner, limit, place, limits)),
        )
    }

    fn interrupted<'a>(&'a self, wizard: &'a str, limit: u32) -> StoreFuture<'a, Vec<WizardKey>> {
        let wizard = wizard.to_owned();
        Box::pin(self.look(move |connection, place, _| look::interrupted(connection, &wizard, limit, place)))
    }

    fn hand_over<'a>(&'a self, from: &'a Owner, to: &'a Owner) -> StoreFuture<'a, u32> {
        let (from, to) = (from.clone(), to.clone());
        Box::pin(async move {
            self.writer.write(move |batch| change::hand_over(batch, &from, &to)).await.map_err(told)
        })
    }

    fn link<'a>(&'a self, key: &'a WizardKey, link: &'a NewLink) -> StoreFuture<'a, Option<Timestamp>> {
        let (key, link) = (key.clone(), *link);
        Box::pin(async move {
            self.writer.write(move |batch| change::link(batch, &key, &link)).await.map_err(told)
        })
    }

    fn linked<'a>(&'a self, hash: &'a LinkHash) -> StoreFuture<'a, Option<StoredWizard>> {
        let hash = hash.to_string();
        Box::pin(self.look(move |connection, place, limits| look::linked(connection, &hash, place, limits)))
    }

    fn redeem<'a>(&'a self, hash: &'a LinkHash, to: &'a Owner) -> StoreFuture<'a, Option<WizardKey>> {
        let (hash, to) = (hash.to_string(), to.clone());
        Box::pin(async move {
            self.writer.write(move |batch| change::redeem(batch, &hash, &to)).await.map_err(told)
        })
    }

    fn sweep(&self, grace: Duration, limit: u32) -> StoreFuture<'_, u32> {
        Box::pin(async move {
            self.writer.write(move |batch| change::sweep(batch, grace, limit)).await.map_err(told)
        })
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        Box::pin(self.look(|connection, place, _| look::now(connection, place)))
    }
}
