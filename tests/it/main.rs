//! Behaviour of stepflow, as its users see it.

#![expect(
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what should not be, and hands its literals over"
)]

mod asynchronous;
mod by_hand;
mod drivers;
mod engine;
mod json;
mod macro_scenarios;
mod misc;
mod pictures;
mod resume;
mod saved;
mod story;
mod testing_kit;
mod traces;
