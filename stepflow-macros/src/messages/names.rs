//! Names.

use super::list;
use crate::dialect::Words;
use crate::place::Place;

pub(crate) fn duplicate_public_name(place: &Place, name: &str) -> String {
    format!("{place}: two steps have the public name `{name}`; rename one: `#[step(name = \"…\")]`")
}

pub(crate) fn reserved_method(place: &Place) -> String {
    let Words { block, reserved_methods, .. } = place.words;
    format!("{place}: {} are the {block}'s own names; rename the method", list(reserved_methods))
}

pub(crate) fn reserved_public_name(place: &Place, name: &str) -> String {
    format!("{place}: the public name `{name}` is reserved; choose another")
}

pub(crate) fn handle_name_taken(place: &Place, handle: &str) -> String {
    format!(
        "{place} gets the handle `{handle}`, but the block already has something of that name; rename \
         one of the two"
    )
}

pub(crate) fn handle_names_clash(place: &Place, handle: &str, other: &str) -> String {
    format!("{place} and step `{other}` would both get the handle `{handle}`; rename one of them")
}
