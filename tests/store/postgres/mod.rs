//! What only PostgreSQL can show.

mod conformance;
mod harness;
