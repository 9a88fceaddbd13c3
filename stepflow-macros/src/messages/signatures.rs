//! Signatures.

use crate::place::Place;

pub(crate) fn receiver_missing(place: &Place) -> String {
    format!("{place} has no receiver; a step works on the shared state, so it takes `&mut self`")
}

pub(crate) fn receiver_by_value(place: &Place) -> String {
    format!("{place} takes `self` by value; a step works on the shared state, so it takes `&mut self`")
}

pub(crate) fn receiver_with_type(place: &Place) -> String {
    format!("{place} has a receiver with a type; write `&mut self` or `&self`")
}

pub(crate) fn extra_parameter(place: &Place) -> String {
    format!(
        "{place} has a parameter too many; a step takes {}, other values belong in `self.state` or in a \
         field of the {}",
        place.words.parameters, place.words.block
    )
}

pub(crate) fn variadic_step(place: &Place) -> String {
    format!("{place} cannot be variadic; remove `...`")
}

pub(crate) fn generic_step(place: &Place, parameter: &str) -> String {
    format!("{place} is generic over `{parameter}`; move the parameter to the `impl` block")
}

pub(crate) fn const_step(place: &Place) -> String {
    format!("{place} cannot be `const`; remove the word")
}

pub(crate) fn unsafe_step(place: &Place) -> String {
    format!("{place} cannot be `unsafe`; make it safe, with an `unsafe` block inside")
}

pub(crate) fn extern_step(place: &Place) -> String {
    format!("{place} cannot be `extern`; remove the word, and call the foreign function inside")
}

pub(crate) fn step_without_body(place: &Place) -> String {
    format!("{place} has no body; write `{{ … }}` in place of `;`")
}
