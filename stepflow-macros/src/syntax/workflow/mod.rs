//! The keys that only `#[workflow]` and its steps have.

mod approval;
mod effect;
mod metadata;
mod retry;

pub(crate) use approval::ApprovalArgs;
pub(crate) use effect::Effect;
pub(crate) use metadata::{Metadata, MetadataEntry};
pub(crate) use retry::{Backoff, RetryArgs};

use super::BlockArgs;
use super::entries::Entry;
use super::keys::Keys;
use super::step_args::StepArgs;
use super::target::{self, TargetArg};
use super::values::{self, Keyed, Length, Number};
use crate::dialect::Workflow;
use crate::errors::Errors;
use crate::place::Place;
use syn::LitStr;

pub(crate) const BLOCK: Keys = Keys {
    of: "#[workflow]",
    known: &["state", "name", "version", "max_visits", "retry", "crate"],
    later: &["migrate", "signal"],
};

pub(crate) const STEP: Keys = Keys {
    of: "#[step]",
    known: &[
        "name",
        "description",
        "after",
        "approval",
        "retry",
        "timeout",
        "routes",
        "next",
        "on_failure",
        "effect",
        "fallible",
    ],
    later: &["child", "migrate", "signal", "then"],
};

pub(crate) const RETRY: Keys = Keys {
    of: "retry(…)",
    known: &[
        "times",
        "delay",
        "backoff",
        "factor",
        "max_delay",
        "jitter",
        "budget",
        "timeouts",
        "on",
        "when",
    ],
    later: &[],
};

pub(crate) const APPROVAL: Keys = Keys {
    of: "approval(…)",
    known: &["message", "metadata", "on_deny"],
    later: &["by", "within", "on_expire", "not_requester", "quorum", "binds", "editable"],
};

/// How metadata is written, for messages.
pub(crate) const METADATA_SHAPE: &str = "metadata = { team: \"billing\", limit: 100 }";

/// What only `#[workflow]` says.
#[derive(Default)]
pub(crate) struct WorkflowArgs {
    pub(crate) max_visits: Option<Keyed<Number>>,
    pub(crate) retry: RetryArgs,
}

/// What only a workflow's `#[step]` says.
#[derive(Default)]
pub(crate) struct WorkflowStepArgs {
    pub(crate) description: Option<LitStr>,
    pub(crate) retry: RetryArgs,
    pub(crate) approval: Option<ApprovalArgs>,
    pub(crate) on_failure: Option<TargetArg>,
    pub(crate) after: Option<Length>,
    pub(crate) timeout: Option<Keyed<Length>>,
    pub(crate) effect: Option<Effect>,
}

pub(crate) fn read_block_key(block: &mut BlockArgs<Workflow>, entry: &Entry, place: &Place, errors: &Errors) {
    match entry.name().as_str() {
        "max_visits" => {
            block.own.max_visits = values::number(entry, place, errors).map(|value| Keyed::new(entry, value));
            block.allows_loops = true;
        }
        "retry" => block.own.retry = retry::parse(entry, place, errors),
        _ => {}
    }
}

pub(crate) fn read_step_key(step: &mut StepArgs<Workflow>, entry: &Entry, place: &Place, errors: &Errors) {
    let own = &mut step.own;
    match entry.name().as_str() {
        "description" => own.description = values::text(entry, place, "Looks the order up.", errors),
        "retry" => own.retry = retry::parse(entry, place, errors),
        "approval" => {
            let approval = approval::parse(entry, place, errors);
            step.lost_target |= approval.lost_target;
            own.approval = Some(approval);
        }
        "on_failure" => {
            own.on_failure = target::parse(entry, place, errors);
            step.lost_target |= own.on_failure.is_none();
        }
        "after" => own.after = values::length(entry, place, errors),
        "timeout" => {
            own.timeout = values::length(entry, place, errors).map(|value| Keyed::new(entry, value));
        }
        "effect" => own.effect = effect::parse(entry, place, errors),
        _ => {}
    }
}
