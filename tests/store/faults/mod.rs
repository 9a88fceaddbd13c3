//! What becomes of a run when its database fails in the middle of it: a process carries it out, and is told what
//! goes wrong; and what becomes of one that somebody edited by hand.

mod disk;
mod edited;
mod process;
mod server;
mod stopping;
