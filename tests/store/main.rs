//! Durable runs: crashes, races, leases, and what becomes of a run when the disk is full.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what should not be")]

#[cfg(unix)]
mod changed;
mod conformance;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod lease;
mod limits;
#[cfg(unix)]
mod postgres;
mod runner;
#[cfg(unix)]
mod race;
mod runs;
mod sqlite;
mod support;
