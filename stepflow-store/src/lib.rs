//! Runs that survive crashes.

mod limits;
mod memory;
mod micros;
mod parts;
#[cfg(feature = "postgres")]
mod postgres;
mod runs;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use self::limits::Limits;
pub use self::memory::MemoryStore;
pub use self::parts::{Hold, Wish};
#[cfg(feature = "postgres")]
pub use self::postgres::{PostgresBuilder, PostgresStore};
pub use self::runs::{
    AttemptDetails, Cancellation, DamagedRun, Decided, LogEntry, Pending, PendingPage, PendingQuery, Question,
    RunDetails, RunPage, RunSummary, Runs, RunsError, Settled, TimelineEntry, VisitDetails,
};
pub use self::store::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, Cursor, DefinitionText, NewEvent, NewRun,
    NewVisit, Page, Renewed, RunQuery, RunStatus, Store, StoreError, StoreFuture, StoredEvent, StoredRun,
    StoredVisit, Summary, WorkerId,
};
