//! What no pattern of ours may do.

use crate::errors::Errors;
use crate::messages;
use crate::model::{self, Binding};
use crate::place::Place;
use syn::Pat;
use syn::ext::IdentExt as _;

/// Checks the pattern of a route.
pub(crate) fn check_route(pattern: &Pat, place: &Place, errors: &Errors) {
    if let Some(guard) = model::guard(pattern) {
        errors.push(guard, messages::route_guard(place));
    }
    match model::binding(pattern) {
        Some(Binding::Everything(name)) => {
            let text = name.ident.unraw().to_string();
            errors.push(name, messages::route_binds_everything(place, &text));
        }
        Some(Binding::Part(name)) => {
            let text = name.ident.unraw().to_string();
            errors.push(name, messages::route_binds_value(place, &text));
        }
        None => {}
    }
}

/// Checks the pattern of `on`.
pub(crate) fn check_error(pattern: &Pat, place: &Place, errors: &Errors) {
    if let Some(guard) = model::guard(pattern) {
        errors.push(guard, messages::expected_error_pattern(place));
    }
    if let Some(Binding::Everything(name) | Binding::Part(name)) = model::binding(pattern) {
        errors.push(name, messages::error_pattern_binds(place, &name.ident.unraw().to_string()));
    }
}
