//! PostgreSQL for tests: every test gets a database of its own, on a real server.
//!
//! ```no_run
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! use stepflow_tests::postgres;
//!
//! // Where no server can be had, this has said so on standard error: the test is over.
//! let Some(database) = postgres::database() else { return Ok(()) };
//! let client = database.client().await;
//! client.batch_execute("CREATE TABLE refunds (id text)").await?;
//! // For a store, or for another process:
//! println!("{}", database.url());
//! # Ok(())
//! # }
//! ```
//!
//! # Where the server comes from
//!
//! - The environment variable `STEPFLOW_TEST_POSTGRES` names one by its URL: its role has to be allowed to
//!   create databases. A server that is named and does not answer is a failure, never a reason to skip.
//! - Otherwise PostgreSQL's programs are looked for in `PATH` and in `/usr/lib/postgresql/*/bin`, and a
//!   server is started in a temporary folder: one for all tests of a process ([`database`]), or one for a
//!   test that stops and starts it ([`server`]). It listens on a Unix socket in that folder and nowhere else.
//!   As root it runs as the user `postgres`, or `nobody`: PostgreSQL refuses to run as root.
//! - Where there are no such programs, [`skip`](crate::skip) decides: a plain `cargo test` says what it
//!   skipped, and with `CI` in the environment the test fails.
//!
//! # How long it lives
//!
//! A small process beside the server watches a pipe from the test process. However that one ends, by
//! returning, by a panic or by SIGKILL, the pipe closes; the server is then stopped at once and its folder
//! removed. A [`Server`] or [`Database`] that is dropped earlier is gone then.
//!
//! # What it is not
//!
//! The shared server does not wait for the disk (`fsync = off`): it survives its own crash and that of any
//! process, not that of the machine. What measures commits starts one with [`Settings::fsync`].

mod database;
mod programs;
mod server;

use std::sync::OnceLock;

pub use self::database::Database;
pub use self::server::{Server, Settings};

/// The environment variable that names a server.
pub const VARIABLE: &str = "STEPFLOW_TEST_POSTGRES";

/// A new, empty database on the server that all tests of this process share, or `None` where no server can be
/// had: [`skip`](crate::skip) was told then.
///
/// # Panics
///
/// When there is a server, and it does not do what it is asked.
#[must_use]
#[track_caller]
pub fn database() -> Option<Database> {
    static SHARED: OnceLock<Result<Server, String>> = OnceLock::new();

    if let Ok(url) = std::env::var(VARIABLE) {
        return Some(Database::create(&url));
    }
    match SHARED.get_or_init(|| Server::start(Settings::default())) {
        Ok(server) => Some(server.database()),
        Err(why) => {
            crate::skip("no PostgreSQL server", why);
            None
        }
    }
}

/// A server of the test's own, which may be stopped, killed and started again; or `None` where none can be
/// started: [`skip`](crate::skip) was told then. `STEPFLOW_TEST_POSTGRES` makes no difference here.
#[must_use]
#[track_caller]
pub fn server(settings: Settings) -> Option<Server> {
    Server::start(settings).inspect_err(|why| crate::skip("no PostgreSQL server of the test's own", why)).ok()
}
