//! What a step asks, and what it may say about that.

use crate::dialect::Wizard;
use crate::errors::Errors;
use crate::messages;
use crate::model::{Ownership, Step};
use quote::ToTokens as _;

pub(crate) fn check(step: &Step<'_, Wizard>, errors: &Errors) {
    let place = &step.place;
    if let Some(word) = &step.method.sig.asyncness {
        errors.push(word, messages::async_wizard_step(place));
    }
    if let Some(parameter) = step.parameter() {
        match Ownership::of(parameter.ty.to_token_stream()) {
            Ownership::Owned => {}
            Ownership::Borrowed => errors.push(&parameter.ty, messages::borrowed_answer(place)),
            Ownership::Unnamed => errors.push(&parameter.ty, messages::impl_trait_answer(place)),
        }
    }
    output(step, errors);
    keys(step, errors);
}

fn output(step: &Step<'_, Wizard>, errors: &Errors) {
    let Some(ty) = step.output.written else { return };
    let message = match step.output.ownership {
        Ownership::Borrowed => messages::borrowed_choice,
        Ownership::Unnamed => messages::impl_trait_choice,
        Ownership::Owned => {
            let is_used = step.args.routes.is_some() || !step.output.is_visibly_plain() || is_unit(ty);
            if is_used {
                return;
            }
            messages::unused_output
        }
    };
    errors.push(ty, message(&step.place));
}

/// Keys that only make sense where the step itself asks.
fn keys(step: &Step<'_, Wizard>, errors: &Errors) {
    let own = &step.args.own;
    let suggestions = own.suggestions.as_ref().map(|suggestions| &suggestions.key);
    let sensitive = own.sensitive.as_ref().map(|sensitive| &sensitive.key);
    let can_skip = own.skip_key();
    let skip_default = own.skip_default.as_ref().map(|default| &default.key);
    if own.subflow.is_some() {
        for key in [suggestions, sensitive].into_iter().flatten() {
            errors.push(key, messages::asked_by_subflow(&step.place, &key.to_string()));
        }
    } else if step.parameter().is_none() {
        for key in [suggestions, sensitive, can_skip, skip_default].into_iter().flatten() {
            errors.push(key, messages::asks_nothing(&step.place, &key.to_string()));
        }
    }
}

fn is_unit(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Tuple(tuple) if tuple.elems.is_empty())
}
