//! Stage one: what did the user write?
//!
//! Everything here is tolerant: a mistake is collected, what can be read is kept, and method
//! bodies stay the tokens they are.

mod approval;
mod attributes;
mod block;
mod entries;
mod keys;
mod member;
mod metadata;
mod retry;
mod routes;
mod step_args;
mod target;
mod values;
mod workflow_args;

pub(crate) use approval::ApprovalArgs;
pub(crate) use attributes::RawAttribute;
pub(crate) use block::{Block, Header, parse_block};
pub(crate) use keys::{APPROVAL, Keys, METADATA_SHAPE, RETRY, STEP, WORKFLOW};
pub(crate) use member::{Kind, Member, Method};
pub(crate) use metadata::{Metadata, MetadataEntry};
pub(crate) use retry::{Backoff, RetryArgs};
pub(crate) use routes::ArmArgs;
pub(crate) use step_args::StepArgs;
pub(crate) use target::TargetArg;
pub(crate) use values::{Factor, Keyed, Length, Number};
