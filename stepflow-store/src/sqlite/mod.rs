//! Runs in an SQLite file.

mod advance;
mod amend;
mod batch;
mod blocking;
mod claim;
mod connect;
mod create;
mod delete;
mod error;
mod history;
mod job;
mod list;
mod log;
mod look;
mod options;
#[cfg(test)]
mod plans;
mod presence;
mod readers;
mod rows;
mod schema;
mod store;
#[cfg(feature = "wizard")]
mod wizards;
mod workers;
mod writer;

pub use self::options::{SqliteOptions, Synchronous};
pub use self::store::SqliteStore;
#[cfg(feature = "wizard")]
pub use self::wizards::SqliteWizards;
