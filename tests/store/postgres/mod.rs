//! What only PostgreSQL can show.

mod conformance;
mod disk;
mod errors;
mod groups;
mod harness;
mod opening;
mod presence;
mod races;
mod restarts;
mod support;
mod tls;
