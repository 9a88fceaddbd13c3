//! The runner: what it carries out, and what becomes of it when something goes wrong.

mod basics;
mod boundaries;
mod cancelling;
mod changed;
mod crashes;
mod draining;
mod facade;
mod faults;
mod flaky;
mod gates;
mod kinds;
mod leases;
mod once;
pub(crate) mod support;
mod together;
