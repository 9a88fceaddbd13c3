//! Statements, and the connections that carry them.

use std::fmt;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, RecyclingMethod, Runtime};
use tokio::time::timeout;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::address::Place;
use super::error::Failure;
use super::session::Sessions;
use crate::StoreError;

/// A connection that has rested for longer is asked whether it is still there before it gets a statement: to
/// ask afterwards does not tell whether the statement was carried out.
const RESTED: Duration = Duration::from_millis(100);

/// By how much the wait for an answer is longer than what the server allows a statement: as long as the
/// server answers at all, it is the server that says so.
const GRACE: Duration = Duration::from_secs(2);

/// How often a statement is repeated that others got in the way of.
const REPEATS: u32 = 5;

pub(super) struct Pool {
    pool: deadpool_postgres::Pool,
    pub(super) sessions: Sessions,
    pub(super) place: Place,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("place", &format_args!("{}", self.place))
            .field("schema", &self.sessions.schema)
            .field("status", &self.pool.status())
            .finish_non_exhaustive()
    }
}

impl Pool {
    pub(super) fn new(sessions: Sessions, place: Place, size: usize) -> Result<Self, StoreError> {
        let settings = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(sessions.config.clone(), sessions.clone(), settings);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(size.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(sessions.timeout))
            .create_timeout(Some(sessions.timeout))
            .recycle_timeout(Some(sessions.timeout))
            .pre_recycle(Hook::async_fn(|client, metrics| {
                Box::pin(async move {
                    if metrics.last_used() < RESTED {
                        return Ok(());
                    }
                    client.check_connection().await.map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|error| {
                StoreError::refused("the pool of connections cannot be made").caused_by(error)
            })?;
        Ok(Self { pool, sessions, place })
    }

    /// The rows that a statement answers with.
    pub(super) async fn rows(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        self.ask(sql, parameters).await.map_err(|failure| failure.told(&self.place))
    }

    /// The rows of a statement that changes nothing: it is repeated where the connection broke.
    pub(super) async fn read(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        match self.ask(sql, parameters).await {
            Err(failure) if failure.is_broken() => self.rows(sql, parameters).await,
            asked => asked.map_err(|failure| failure.told(&self.place)),
        }
    }

    /// As [`read`](Self::read), planned anew for these very parameters: worth it where they decide which index
    /// serves best.
    pub(super) async fn read_planned(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        let ask = async || {
            let client = self.client().await?;
            self.answer(client, async |client| client.query_typed(sql, parameters).await).await
        };
        let asked = match ask().await {
            Err(failure) if failure.is_broken() => ask().await,
            asked => asked,
        };
        asked.map_err(|failure| failure.told(&self.place))
    }

    /// The number that a statement answers with.
    pub(super) async fn count(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u32, StoreError> {
        let rows = self.rows(sql, parameters).await?;
        let count = rows.first().and_then(|row| row.try_get::<_, i64>(0).ok()).unwrap_or_default();
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// As [`rows`](Self::rows), for a caller that makes something of a refusal.
    ///
    /// A statement that lost against others changed nothing and is repeated: they have gone on since.
    pub(super) async fn ask(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Failure> {
        let mut repeats = 0;
        loop {
            match self.ask_once(sql, parameters).await {
                Err(failure) if failure.is_conflict() && repeats < REPEATS => repeats += 1,
                // A later release has changed the tables under a program that goes on.
                Err(failure) if failure.is_stale() && repeats < REPEATS => {
                    self.pool.manager().statement_caches.clear();
                    repeats += 1;
                }
                asked => return asked,
            }
        }
    }

    pub(super) async fn client(&self) -> Result<Object, Failure> {
        Ok(self.pool.get().await?)
    }

    async fn ask_once(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Failure> {
        let client = self.client().await?;
        self.answer(client, async |client| {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, parameters).await
        })
        .await
    }

    async fn answer(
        &self,
        client: Object,
        ask: impl AsyncFnOnce(&Object) -> Result<Vec<Row>, tokio_postgres::Error>,
    ) -> Result<Vec<Row>, Failure> {
        match self.sessions.within(ask(&client)).await {
            // Its answer may still come, and must not be taken for that of the next statement.
            Err(failure) if failure.is_silence() => {
                drop(Object::take(client));
                Err(failure)
            }
            asked => asked,
        }
    }
}

impl Sessions {
    /// An answer of the server, for as long as one can be expected.
    pub(super) async fn within<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Failure> {
        Ok(timeout(self.timeout.saturating_add(GRACE), answer).await.map_err(Failure::Silence)??)
    }
}
