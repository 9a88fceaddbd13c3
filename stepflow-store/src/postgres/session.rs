//! One connection, and how it is set up.

use std::pin::Pin;
use std::time::Duration;

use deadpool_postgres::Connect;
use tokio::task::JoinHandle;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, Error, NoTls};

const SETTINGS: &str = include_str!("sql/session.sql");

/// What every connection of a store has in common.
#[derive(Clone)]
pub(super) struct Sessions {
    pub(super) config: Config,
    pub(super) schema: String,
    /// What one statement may take.
    pub(super) timeout: Duration,
}

impl Sessions {
    /// A new connection. It ends with the client, and is carried by a task of the runtime that asks.
    pub(super) async fn open(&self) -> Result<(Client, JoinHandle<()>), Error> {
        let (client, connection) = self.config.connect(NoTls).await?;
        let task = tokio::spawn(async move {
            // Whoever waits for an answer is told of the error, too.
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "a connection to PostgreSQL broke");
            }
        });
        let millis = self.timeout.as_millis().clamp(1, i32::MAX as u128).to_string();
        client.query_typed(SETTINGS, &[(&self.schema, Type::TEXT), (&millis, Type::TEXT)]).await?;
        Ok((client, task))
    }
}

impl Connect for Sessions {
    fn connect(
        &self,
        _config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        Box::pin(self.open())
    }
}
