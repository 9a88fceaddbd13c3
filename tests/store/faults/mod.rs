//! What becomes of a run when its database fails in the middle of it: a process carries it out, and is told what
//! goes wrong; and what becomes of one that somebody edited by hand.

#![expect(clippy::unwrap_used, reason = "a test stops at what should not be")]

mod disk;
mod edited;
mod process;
mod server;
mod stopping;
