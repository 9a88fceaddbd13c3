//! `#[step(…)]`

use super::approval::{self, ApprovalArgs};
use super::entries::{self, Value};
use super::keys::STEP;
use super::retry::{self, RetryArgs};
use super::routes::{self, RoutesArgs};
use super::target::{self, TargetArg};
use super::values::{self, Keyed, Length};
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Ident, TokenStream};
use syn::LitStr;

/// What `#[step]` says.
#[derive(Clone, Default)]
pub(crate) struct StepArgs {
    pub(crate) name: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    pub(crate) retry: RetryArgs,
    pub(crate) approval: Option<ApprovalArgs>,
    pub(crate) routes: Option<RoutesArgs>,
    pub(crate) next: Option<TargetArg>,
    /// The key `next`, also when its target could not be read.
    pub(crate) next_key: Option<Ident>,
    pub(crate) on_failure: Option<TargetArg>,
    pub(crate) after: Option<Length>,
    pub(crate) timeout: Option<Keyed<Length>>,
    pub(crate) fallible: Option<Ident>,
    /// Something that decides where the step leads could not be read.
    pub(crate) lost_target: bool,
}

pub(crate) fn parse(tokens: TokenStream, place: &Place, errors: &Errors) -> StepArgs {
    let mut step = StepArgs::default();
    for entry in entries::read(tokens, STEP, place, errors) {
        match entry.name().as_str() {
            "name" => step.name = values::text(&entry, place, "check the order", errors),
            "description" => {
                step.description = values::text(&entry, place, "Looks the order up.", errors);
            }
            "retry" => step.retry = retry::parse(&entry, place, errors),
            "approval" => {
                let approval = approval::parse(&entry, place, errors);
                step.lost_target |= approval.lost_target;
                step.approval = Some(approval);
            }
            "routes" => {
                let routes = routes::parse(&entry, place, errors);
                step.lost_target |= routes.broken;
                step.routes = Some(routes);
            }
            "next" => {
                step.next = target::parse(&entry, place, errors);
                step.lost_target |= step.next.is_none();
                step.next_key = Some(entry.key);
            }
            "on_failure" => {
                step.on_failure = target::parse(&entry, place, errors);
                step.lost_target |= step.on_failure.is_none();
            }
            "after" => step.after = values::length(&entry, place, errors),
            "timeout" => {
                step.timeout = values::length(&entry, place, errors).map(|value| Keyed::new(&entry, value));
            }
            "fallible" => {
                if !matches!(entry.value, Value::Absent) {
                    errors.push(entry.culprit(), messages::expected_flag(place, "fallible"));
                }
                step.fallible = Some(entry.key);
            }
            _ => {}
        }
    }
    step
}
