//! Which errors of a workflow's step are retried.

use super::{Flow, Returns, Step};
use crate::dialect::Workflow;
use syn::{ExprPath, Pat};

/// The filter that holds for a step: its own, or the workflow's.
#[derive(Clone, Copy)]
pub(crate) enum RetryFilter<'a> {
    Any,
    On(&'a Pat),
    When(&'a ExprPath),
    /// From the workflow: for errors of the pattern's type.
    InheritedOn(&'a Pat),
    InheritedWhen(&'a ExprPath),
}

impl<'a> RetryFilter<'a> {
    pub(crate) fn of(flow: &Flow<'a, Workflow>, step: &Step<'a, Workflow>) -> Self {
        let own = &step.args.own.retry;
        let inherited = &flow.block.args.own.retry;
        match (&own.on, &own.when, &inherited.on, &inherited.when) {
            _ if step.output.returns == Returns::Plain => Self::Any,
            (Some(on), ..) => Self::On(&on.value),
            (_, Some(when), ..) => Self::When(&when.value),
            (_, _, Some(on), _) => Self::InheritedOn(&on.value),
            (.., Some(when)) => Self::InheritedWhen(&when.value),
            _ => Self::Any,
        }
    }
}
