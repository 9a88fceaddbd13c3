//! Wizards, as the people who fill them in and the systems that drive them see them.

#![expect(
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what should not be, and hands its literals over"
)]

mod bounded;
mod core;
mod defects;
mod extract;
mod fuzz;
mod golden;
mod invariants;
mod kit;
mod load;
mod reference;
mod saved;
mod sessions;
mod tables;
mod typed;
