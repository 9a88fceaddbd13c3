//! Durable runs: crashes, races, leases, and what becomes of a run when the disk is full.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops at what should not be, and a process that a test starts talks to it"
)]

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
#[cfg(unix)]
mod race;
mod runner;
mod runs;
mod sqlite;
mod support;
mod wizards;
