//! `effect = once`

use super::super::entries::Entry;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::Ident;

/// Whether a body that a crash broke off may run again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Once,
    Repeatable,
}

pub(crate) fn parse(entry: &Entry, place: &Place, errors: &Errors) -> Option<Effect> {
    let word = entry.equals().and_then(|tokens| syn::parse2::<Ident>(tokens.clone()).ok());
    let word = word.map(|word| word.to_string());
    match word.as_deref() {
        Some("once") => Some(Effect::Once),
        Some("repeatable") => Some(Effect::Repeatable),
        _ => {
            errors.push(entry.culprit(), messages::expected_effect(place, word.as_deref()));
            None
        }
    }
}
