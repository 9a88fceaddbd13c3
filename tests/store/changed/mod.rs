//! Programs that have changed since their runs were saved: whatever it is that changed, the run waits, says what
//! for, and goes on by the definition that it was saved with, or by today's when a person says so.

#![expect(clippy::unwrap_used, reason = "a test stops at what should not be")]

mod adopting;
mod cases;
mod definitions;
pub(crate) mod place;
mod states;
