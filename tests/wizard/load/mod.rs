//! Wizards from YAML and JSON, and back.

mod files;
mod mistakes;
mod round_trip;
