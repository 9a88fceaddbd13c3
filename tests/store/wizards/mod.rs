//! Saved wizards in the databases.

mod conformance;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod deadly;
mod files;
#[cfg(unix)]
mod race;
