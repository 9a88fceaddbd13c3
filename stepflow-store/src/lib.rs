//! Runs that survive crashes.

mod limits;
mod memory;
mod micros;
mod parts;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use self::limits::Limits;
pub use self::memory::MemoryStore;
pub use self::parts::{Hold, Wish};
pub use self::store::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, Cursor, DefinitionText, NewEvent, NewRun,
    NewVisit, Page, Renewed, RunQuery, RunStatus, Store, StoreError, StoreFuture, StoredEvent, StoredRun,
    StoredVisit, Summary, WorkerId,
};
