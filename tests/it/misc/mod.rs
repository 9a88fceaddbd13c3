//! What belongs to no feature alone.

mod definitions;
mod identity;
mod panics;
mod retry_policy;
mod spans;
mod usage;
