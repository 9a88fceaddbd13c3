//! Durable runs: crashes, races, leases, and what becomes of a run when the disk is full.

mod conformance;
#[cfg(unix)]
mod postgres;
