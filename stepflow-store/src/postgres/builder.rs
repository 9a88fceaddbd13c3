//! How a store is opened.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::address::Address;
use super::group::Group;
use super::pool::Pool;
use super::presence::Presences;
use super::session::Sessions;
use super::tls::Protection;
use super::{PostgresStore, address, schema};
use crate::{Limits, StoreError};

/// The settings of a [`PostgresStore`] that is to be opened.
///
/// ```no_run
/// # async fn open() -> Result<(), stepflow_store::StoreError> {
/// use stepflow_store::PostgresStore;
///
/// let url = "postgresql://refunds@db.example/refunds";
/// let store = PostgresStore::builder(url).application_name("refund-worker").connect().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresBuilder {
    url: String,
    schema: String,
    pool_size: usize,
    timeout: Duration,
    application_name: Option<String>,
    limits: Limits,
}

impl PostgresBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            schema: "stepflow".to_owned(),
            pool_size: 16,
            timeout: Duration::from_secs(10),
            application_name: None,
            limits: Limits::default(),
        }
    }

    /// The schema that the tables lie in; `stepflow` by default. It is made if there is none of this name. A
    /// name has at most 63 bytes, and does not begin with `pg_`, as PostgreSQL has it.
    ///
    /// ```
    /// use stepflow_store::PostgresStore;
    ///
    /// let builder = PostgresStore::builder("postgresql://db.example/refunds").schema("refund_runs");
    /// ```
    #[must_use]
    pub fn schema(self, name: impl Into<String>) -> Self {
        Self { schema: name.into(), ..self }
    }

    /// How many connections there may be at once, besides one for each worker; 16 by default, and at least 1.
    /// They are made when they are needed.
    ///
    /// ```
    /// use stepflow_store::PostgresStore;
    ///
    /// let builder = PostgresStore::builder("postgresql://db.example/refunds").pool_size(64);
    /// ```
    #[must_use]
    pub fn pool_size(self, connections: usize) -> Self {
        Self { pool_size: connections, ..self }
    }

    /// How long each of these may take: to wait for a free connection, to make one, and to carry out a
    /// statement. By default 10 seconds. It should be shorter than the leases of the workers.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use stepflow_store::PostgresStore;
    ///
    /// let builder =
    ///     PostgresStore::builder("postgresql://db.example/refunds").timeout(Duration::from_secs(3));
    /// ```
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The name under which the server lists the connections; by default that of the URL, or `stepflow`.
    ///
    /// ```
    /// use stepflow_store::PostgresStore;
    ///
    /// let builder = PostgresStore::builder("postgresql://db.example/refunds").application_name("refund-worker");
    /// ```
    #[must_use]
    pub fn application_name(self, name: impl Into<String>) -> Self {
        Self { application_name: Some(name.into()), ..self }
    }

    /// How large the parts of a run may be.
    ///
    /// ```
    /// use stepflow_store::{Limits, PostgresStore};
    ///
    /// let limits = Limits { state: 32 << 20, ..Limits::default() };
    /// let builder = PostgresStore::builder("postgresql://db.example/refunds").limits(limits);
    /// ```
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Opens the store, and brings its tables up to date. Of several processes that do so at once one changes
    /// the tables, and the others wait for it.
    ///
    /// # Errors
    ///
    /// [`is_refused`](StoreError::is_refused) when the URL cannot be read,
    /// [`is_unavailable`](StoreError::is_unavailable) when the database cannot be reached or does not let the
    /// role in, [`is_newer`](StoreError::is_newer) when a later release has changed the tables. No error has
    /// the password in it.
    ///
    /// ```no_run
    /// # async fn open() -> Result<(), stepflow_store::StoreError> {
    /// use stepflow_store::PostgresStore;
    ///
    /// let store = PostgresStore::builder("postgresql://db.example/refunds").connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(self) -> Result<PostgresStore, StoreError> {
        let store = self.open()?;
        schema::migrate(&store.pool).await?;
        Ok(store)
    }

    /// Opens a store that is there, and changes nothing: for a tool that must not make tables in whatever
    /// database it is pointed at.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect), and [`is_refused`](StoreError::is_refused) when the database has no
    /// tables of stepflow, or those of an earlier release.
    ///
    /// ```no_run
    /// # async fn open() -> Result<(), stepflow_store::StoreError> {
    /// use stepflow_store::PostgresStore;
    ///
    /// let url = "postgresql://refunds@db.example/refunds";
    /// let store = PostgresStore::builder(url).pool_size(1).connect_existing().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_existing(self) -> Result<PostgresStore, StoreError> {
        let store = self.open()?;
        schema::expect(&store.pool).await?;
        Ok(store)
    }

    /// The store, without a connection so far.
    fn open(self) -> Result<PostgresStore, StoreError> {
        let Address { mut config, place, roots } = address::read(&self.url)?;
        if !is_schema(&self.schema) {
            return Err(StoreError::refused(format!(
                "`{}` cannot be the schema: its name has 1 to 63 bytes, is not `$user`, and does not begin with `pg_`",
                self.schema
            )));
        }
        config.connect_timeout(self.timeout);
        if let Some(name) = &self.application_name {
            config.application_name(name);
        } else if config.get_application_name().is_none() {
            config.application_name("stepflow");
        }
        let protection = Protection::new(config.get_ssl_mode(), roots.as_deref())?;
        let sessions = Sessions { config, protection, schema: self.schema, timeout: self.timeout };
        let pool = Arc::new(Pool::new(sessions, place, self.pool_size)?);
        let group = Group::new(Arc::clone(&pool), self.limits.rows);
        Ok(PostgresStore { pool, group, presences: Presences::default(), limits: self.limits })
    }
}

/// Whether the server takes this for the name of a schema, and for nothing else.
fn is_schema(name: &str) -> bool {
    (1..=63).contains(&name.len()) && name != "$user" && !name.starts_with("pg_")
}

/// Without the URL, for it has the password in it.
impl fmt::Debug for PostgresBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresBuilder")
            .field("schema", &self.schema)
            .field("pool_size", &self.pool_size)
            .field("timeout", &self.timeout)
            .field("application_name", &self.application_name)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
