//! Stage one: what did the user write?
//!
//! Everything here is tolerant: a mistake is collected, what can be read is kept, and method
//! bodies stay the tokens they are.

mod attributes;
mod block;
mod block_args;
mod entries;
mod keys;
mod member;
mod routes;
mod step_args;
mod target;
mod values;
pub(crate) mod wizard;
pub(crate) mod workflow;

pub(crate) use attributes::RawAttribute;
pub(crate) use block::{Block, Header, parse_block};
pub(crate) use block_args::BlockArgs;
pub(crate) use entries::Entry;
pub(crate) use keys::Keys;
pub(crate) use member::{Kind, Member, Method};
pub(crate) use routes::ArmArgs;
pub(crate) use step_args::StepArgs;
pub(crate) use target::TargetArg;
pub(crate) use values::{Factor, Keyed, Length, Number};
