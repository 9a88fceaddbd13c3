//! What the benchmarks of stepflow share: the workflows that are measured, the same runs recorded by a
//! loop written by hand, and a counter of heap allocations.
//!
//! `docs/performance.md` says how to run them and what came out.

pub mod by_hand;
pub mod counting;
pub mod workflows;
