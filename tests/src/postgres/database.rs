//! A database for one test.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Client, Config, NoTls};

/// A database of a test's own. It is deleted when this is dropped, whoever is still connected.
///
/// ```no_run
/// use stepflow_tests::postgres;
///
/// let Some(database) = postgres::database() else { return };
/// database.execute("CREATE TABLE refunds (id text)");
/// assert!(database.url().contains(database.name()));
/// ```
#[derive(Debug)]
pub struct Database {
    /// Of the server's database from which this one is made and deleted.
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// A new database on the server of this URL.
    ///
    /// # Panics
    ///
    /// When the server does not answer, or the role may not create databases.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "a test cannot go on without its database")]
    pub fn create(server: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        // A named server may have tests of several machines.
        let chance = RandomState::new().build_hasher().finish();
        let name = format!("stepflow_{chance:016x}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let url = with_database(server, &name);
        let database = Self { server: server.to_owned(), name, url };
        // From `template0`: nobody is ever connected to it, so that any number of tests can copy it at once.
        let create = format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", database.name);
        if let Err(error) = execute(server, &create) {
            panic!("a database for the test: {error}");
        }
        database
    }

    /// What a store connects to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Carries out some SQL, whether the caller is asynchronous or not.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    #[track_caller]
    #[expect(clippy::panic, reason = "a test that cannot prepare its database fails")]
    pub fn execute(&self, sql: &str) {
        if let Err(error) = execute(&self.url, sql) {
            panic!("{sql}: {error}");
        }
    }

    /// The rows of a query as text, whether the caller is asynchronous or not; what is null is empty.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "a test that cannot look into its database fails")]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match query(&self.url, sql) {
            Ok(rows) => rows,
            Err(error) => panic!("{sql}: {error}"),
        }
    }

    /// A connection, driven by a task of the runtime that this is called in.
    ///
    /// # Panics
    ///
    /// When the server does not answer.
    #[expect(clippy::panic, reason = "a test cannot go on without its connection")]
    pub async fn client(&self) -> Client {
        match connect(&self.url).await {
            Ok(client) => client,
            Err(error) => panic!("a connection to {}: {error}", self.url),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Its server may have gone before.
        let _ = execute(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// The URL with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let server = address.split_once("://").map_or(0, |(scheme, _)| scheme.len() + 3);
    let end = address[server..].find('/').map_or(address.len(), |slash| server + slash);
    let options = options.map_or_else(String::new, |options| format!("?{options}"));
    format!("{}/{name}{options}", &address[..end])
}

async fn connect(url: &str) -> Result<Client, String> {
    let config: Config = url.parse().map_err(|error| format!("`{url}`: {error}"))?;
    let (client, connection) = config.connect(NoTls).await.map_err(|error| text(&error))?;
    // It ends with its client, and tells the client when it breaks.
    tokio::spawn(connection);
    Ok(client)
}

fn execute(url: &str, sql: &str) -> Result<(), String> {
    query(url, sql).map(drop)
}

/// On a thread and a runtime of its own, for the caller may be on a runtime's thread, where none may be
/// blocked on.
fn query(url: &str, sql: &str) -> Result<Vec<Vec<String>>, String> {
    #[expect(clippy::disallowed_methods, reason = "a caller on a runtime's thread cannot wait there")]
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| error.to_string())?.block_on(async {
                let messages = connect(url).await?.simple_query(sql).await.map_err(|error| text(&error))?;
                Ok(messages.into_iter().filter_map(row).collect())
            })
        });
        worker.join().unwrap_or_else(|_| Err("the query panicked".to_owned()))
    })
}

fn row(message: tokio_postgres::SimpleQueryMessage) -> Option<Vec<String>> {
    let tokio_postgres::SimpleQueryMessage::Row(row) = message else { return None };
    Some((0..row.len()).map(|column| row.get(column).unwrap_or_default().to_owned()).collect())
}

fn text(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => refusal.to_string(),
        None => std::error::Error::source(error)
            .map_or_else(|| error.to_string(), |source| format!("{error}: {source}")),
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn urls_name_another_database() {
        let check = |url, expected: &str| assert_eq!(with_database(url, "new"), expected);
        check("postgresql:///old?host=/tmp/x&user=me", "postgresql:///new?host=/tmp/x&user=me");
        check("postgres://me:secret@db.example:5433/old", "postgres://me:secret@db.example:5433/new");
        check("postgres://db.example", "postgres://db.example/new");
        check("postgres://db.example?user=me", "postgres://db.example/new?user=me");
    }
}
