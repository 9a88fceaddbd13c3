//! What the benchmarks of stepflow share: the workflows that are measured, the same runs recorded by a
//! loop written by hand, what times them, and a counter of heap allocations.
//!
//! `docs/performance.md` says how to run them and what came out.

#[cfg(feature = "tokio")]
pub mod awaited;
pub mod by_hand;
pub mod counting;
#[cfg(feature = "durable")]
pub mod durable;
pub mod measure;
#[cfg(feature = "web")]
pub mod web;
pub mod workflows;
