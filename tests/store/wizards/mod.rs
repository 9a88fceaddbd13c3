//! Saved wizards in the databases.

mod conformance;
mod files;
