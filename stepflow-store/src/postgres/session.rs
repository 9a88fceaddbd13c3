//! One connection, and how it is set up.

use std::pin::Pin;
use std::time::Duration;

use deadpool_postgres::Connect;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
#[cfg(feature = "postgres-tls")]
use tokio_postgres::config::SslMode;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, Connection, Error, NoTls};

#[cfg(feature = "postgres-tls")]
use super::error::is_tls;
use super::tls::Protection;

const SETTINGS: &str = include_str!("sql/session.sql");

/// What every connection of a store has in common.
#[derive(Clone)]
pub(super) struct Sessions {
    pub(super) config: Config,
    pub(super) protection: Protection,
    pub(super) schema: String,
    /// What one statement may take.
    pub(super) timeout: Duration,
}

impl Sessions {
    /// A new connection. It ends with the client, and is carried by a task of the runtime that asks.
    pub(super) async fn open(&self) -> Result<(Client, JoinHandle<()>), Error> {
        let (client, task) = match &self.protection {
            Protection::None => carried(self.config.connect(NoTls).await?),
            #[cfg(feature = "postgres-tls")]
            Protection::Tls(tls) => match self.config.connect(tls.clone()).await {
                Ok(connected) => carried(connected),
                // What is preferred is not demanded.
                Err(error) if is_tls(&error) && self.config.get_ssl_mode() == SslMode::Prefer => {
                    carried(self.config.clone().ssl_mode(SslMode::Disable).connect(NoTls).await?)
                }
                Err(error) => return Err(error),
            },
        };
        let millis = self.timeout.as_millis().clamp(1, i32::MAX as u128).to_string();
        client.query_typed(SETTINGS, &[(&self.schema, Type::TEXT), (&millis, Type::TEXT)]).await?;
        Ok((client, task))
    }
}

/// A task that carries what a client asks and is answered.
fn carried<S, T>((client, connection): (Client, Connection<S, T>)) -> (Client, JoinHandle<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let task = tokio::spawn(async move {
        // Whoever waits for an answer is told of the error, too.
        if let Err(error) = connection.await {
            tracing::debug!(error = %error, "a connection to PostgreSQL broke");
        }
    });
    (client, task)
}

impl Connect for Sessions {
    fn connect(
        &self,
        _config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        Box::pin(self.open())
    }
}
