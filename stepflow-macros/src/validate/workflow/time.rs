//! Limits: how long something may take, and how often it may happen.

use crate::dialect::Workflow;
use crate::errors::Errors;
use crate::messages;
use crate::model::{Flow, Step};
use crate::place::Place;
use crate::syntax::{Keyed, Length, Number};

pub(crate) fn check_block(workflow: &Flow<'_, Workflow>, errors: &Errors) {
    let Flow { block, place, .. } = workflow;
    let own = &block.args.own;
    if let Some(Keyed { value: Number::Literal(0), span, .. }) = &own.max_visits {
        errors.push_at(*span, messages::no_visits(place));
    }
    not_zero(own.retry.budget.as_ref(), place, errors);
}

pub(crate) fn check_step(step: &Step<'_, Workflow>, errors: &Errors) {
    let Step { place, args, .. } = step;
    let args = &args.own;
    not_zero(args.retry.budget.as_ref(), place, errors);
    not_zero(args.timeout.as_ref(), place, errors);
    if step.is_async() {
        return;
    }
    if let Some(timeout) = &args.timeout {
        errors.push(&timeout.key, messages::timeout_on_sync_step(place));
    }
    if let Some(timeouts) = &args.retry.timeouts {
        errors.push(&timeouts.key, messages::timeouts_on_sync_step(place));
    }
}

fn not_zero(limit: Option<&Keyed<Length>>, place: &Place, errors: &Errors) {
    if let Some(Keyed { key, value: Length::Literal(length), span }) = limit
        && length.is_zero()
    {
        errors.push_at(*span, messages::no_time(place, &key.to_string()));
    }
}
