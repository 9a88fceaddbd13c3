//! What is particular to SQLite: its file, and what may become of it.

mod commits;
#[cfg(unix)]
mod damage;
#[cfg(unix)]
mod disk;
mod leftovers;
mod opening;
#[cfg(unix)]
mod processes;
