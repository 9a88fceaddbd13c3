//! Runs that survive crashes.

pub mod blocking;
mod limits;
mod memory;
mod micros;
mod parts;
#[cfg(feature = "postgres")]
mod postgres;
mod runner;
mod runs;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(all(feature = "wizard", any(feature = "postgres", feature = "sqlite")))]
mod wizard;

pub use self::limits::Limits;
pub use self::memory::MemoryStore;
pub use self::parts::{Hold, Wish};
#[cfg(all(feature = "postgres", feature = "wizard"))]
pub use self::postgres::PostgresWizards;
#[cfg(feature = "postgres")]
pub use self::postgres::{PostgresBuilder, PostgresStore};
pub use self::runner::{
    Drained, Existing, Outcome, OutcomeError, RunHandle, Runner, RunnerBuilder, RunnerError, StartError,
    StartRun, WaitError,
};
pub use self::runs::{
    AttemptDetails, Cancellation, DamagedRun, Decided, LogEntry, Pending, PendingPage, PendingQuery,
    Question, RunDetails, RunPage, RunSummary, Runs, RunsError, Settled, TimelineEntry, VisitDetails,
};
#[cfg(all(feature = "sqlite", feature = "wizard"))]
pub use self::sqlite::SqliteWizards;
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteOptions, SqliteStore, Synchronous};
pub use self::store::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, Cursor, DefinitionText, NewEvent, NewRun,
    NewVisit, Page, Renewed, RunQuery, RunStatus, Store, StoreError, StoreFuture, StoredEvent, StoredRun,
    StoredVisit, Summary, WorkerId,
};
