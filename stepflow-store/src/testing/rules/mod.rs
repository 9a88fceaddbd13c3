//! One file for each thing that is asked of a store.

pub mod advancing;
pub mod amending;
pub mod claiming;
pub mod creating;
pub mod deleting;
pub mod listing;
pub mod noting;
pub mod storing;
pub mod visiting;
pub mod working;
