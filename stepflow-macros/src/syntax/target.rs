//! Where a route leads.

use super::entries::Entry;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Ident, TokenStream};
use syn::LitStr;
use syn::ext::IdentExt as _;
use syn::parse::Parser;

/// A step's method name or `END`, and the key or pattern that leads there.
pub(crate) struct TargetArg {
    pub(crate) name: Ident,
}

/// `key = target`
pub(crate) fn parse(entry: &Entry, place: &Place, errors: &Errors) -> Option<TargetArg> {
    let key = entry.name();
    match entry.equals() {
        Some(tokens) => from_tokens(tokens, place, &key, errors),
        None => {
            errors.push(entry.culprit(), messages::expected_target(place, &key));
            None
        }
    }
}

pub(crate) fn from_tokens(
    tokens: &TokenStream,
    place: &Place,
    key: &str,
    errors: &Errors,
) -> Option<TargetArg> {
    if let Ok(name) = Ident::parse_any.parse2(tokens.clone()) {
        return Some(TargetArg { name });
    }
    match syn::parse2::<LitStr>(tokens.clone()) {
        Ok(text) => errors.push(&text, messages::target_in_quotes(place, key, &text.value())),
        Err(_) => errors.push(tokens, messages::expected_target(place, key)),
    }
    None
}
