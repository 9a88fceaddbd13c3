//! `approval`, `approval = "message"` and `approval(message = "…", …)`.

use super::super::entries::{self, Entry, Value};
use super::super::target::{self, TargetArg};
use super::super::values;
use super::APPROVAL;
use super::metadata::{self, MetadataEntry};
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use syn::LitStr;

/// A person decides before the body runs.
#[derive(Default)]
pub(crate) struct ApprovalArgs {
    pub(crate) message: Option<LitStr>,
    pub(crate) metadata: Vec<MetadataEntry>,
    pub(crate) on_deny: Option<TargetArg>,
    /// `on_deny` was written, but where it leads could not be read.
    pub(crate) lost_target: bool,
}

pub(crate) fn parse(entry: &Entry, place: &Place, errors: &Errors) -> ApprovalArgs {
    let mut approval = ApprovalArgs::default();
    match &entry.value {
        Value::Absent => {}
        Value::Equals(tokens) if syn::parse2::<LitStr>(tokens.clone()).is_ok() => {
            approval.message = values::text(entry, place, MESSAGE, errors);
        }
        Value::List(list) => {
            for part in entries::read(list.stream(), APPROVAL, place, errors) {
                match part.name().as_str() {
                    "message" => approval.message = values::text(&part, place, MESSAGE, errors),
                    "metadata" => approval.metadata = metadata::parse(&part, place, errors),
                    "on_deny" => {
                        approval.on_deny = target::parse(&part, place, errors);
                        approval.lost_target = approval.on_deny.is_none();
                    }
                    _ => {}
                }
            }
        }
        Value::Equals(_) | Value::Odd(_) => {
            errors.push(entry.culprit(), messages::expected_approval(place));
        }
    }
    approval
}

const MESSAGE: &str = "Pay this refund?";
