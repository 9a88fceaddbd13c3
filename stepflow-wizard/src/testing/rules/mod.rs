//! One file for each thing that is asked of a store.

pub mod completing;
pub mod creating;
pub mod deleting;
pub mod lasting;
pub mod linking;
pub mod owning;
pub mod saving;
pub mod storing;
