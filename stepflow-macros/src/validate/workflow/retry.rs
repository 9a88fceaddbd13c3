//! Retries.

use crate::dialect::Workflow;
use crate::errors::Errors;
use crate::messages;
use crate::model::{Flow, Returns, Step};
use crate::place::Place;
use crate::syntax::Factor;
use crate::syntax::workflow::RetryArgs;
use crate::validate::patterns;

pub(crate) fn check_block(workflow: &Flow<'_, Workflow>, errors: &Errors) {
    check(&workflow.block.args.own.retry, &workflow.place, errors);
}

pub(crate) fn check_step(step: &Step<'_, Workflow>, errors: &Errors) {
    let retry = &step.args.own.retry;
    check(retry, &step.place, errors);
    // A step that wrongly says `fallible` has been told so.
    let is_told = step.args.fallible.is_some() && step.output.is_visibly_plain();
    if step.output.returns == Returns::Plain && !is_told {
        let keys = [retry.on.as_ref().map(|on| &on.key), retry.when.as_ref().map(|when| &when.key)];
        for key in keys.into_iter().flatten() {
            let message = if step.output.is_visibly_plain() {
                messages::filter_without_error(&step.place, &key.to_string())
            } else {
                messages::filter_on_opaque_output(&step.place, &key.to_string())
            };
            errors.push(key, message);
        }
    }
}

fn check(retry: &RetryArgs, place: &Place, errors: &Errors) {
    if let Some(Factor::Literal { value, span }) = &retry.factor
        && *value < 1.0
    {
        errors.push_at(*span, messages::factor_below_one(place));
    }
    if let (Some(_), Some(when)) = (&retry.on, &retry.when) {
        errors.push(&when.key, messages::on_and_when(place));
    }
    if let Some(on) = &retry.on {
        patterns::check_error(&on.value, place, errors);
    }
}
