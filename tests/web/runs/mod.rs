//! The inbox and the pages of runs, as people and programs see them.

mod acting;
mod counting;
mod deciding;
mod escaping;
mod listing;
mod living;
mod showing;
mod world;
