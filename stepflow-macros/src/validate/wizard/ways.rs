//! Ways on where there is no answer.

use crate::dialect::Wizard;
use crate::errors::Errors;
use crate::messages;
use crate::model::Step;

pub(crate) fn check(step: &Step<'_, Wizard>, errors: &Errors) {
    let own = &step.args.own;
    let skip = own.skip_key();
    let default = own.skip_default.as_ref();
    if let (None, Some(default)) = (skip, default)
        && step.parameter().is_some()
    {
        errors.push(&default.key, messages::skip_default_without_skip(&step.place));
    }
    match &own.otherwise_key {
        Some(otherwise) if skip.is_none() && own.when.is_none() => {
            errors.push(otherwise, messages::otherwise_without_reason(&step.place));
        }
        None if step.args.routes.is_some() => {
            if let Some(when) = &own.when {
                errors.push(&when.key, messages::when_without_way(&step.place));
            }
            if let Some(skip) = skip
                && default.is_none()
                && step.parameter().is_some()
            {
                errors.push(skip, messages::skip_without_way(&step.place));
            }
        }
        _ => {}
    }
    if step.routes_on_text()
        && !step.has_wildcard()
        && let Some(routes) = &step.args.routes
    {
        errors.push(&routes.key, messages::text_without_wildcard(&step.place));
    }
}
