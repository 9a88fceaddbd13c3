//! Routes, and where they lead.

use super::{choice, origin};
use crate::place::Place;
use crate::suggest;

pub(crate) fn expected_routes(place: &Place) -> String {
    format!(
        "{place}: `routes` takes its arms in braces: `routes = {{ Verdict::Approve => pay, Verdict::Deny => END }}`"
    )
}

pub(crate) fn empty_routes(place: &Place) -> String {
    format!(
        "{place} has empty `routes`; add an arm, as in `routes = {{ Verdict::Approve => pay }}`, or \
         remove `routes` to go on with the step below"
    )
}

pub(crate) fn expected_route(place: &Place) -> String {
    format!(
        "{place}: expected a route `PATTERN => target`, as in `Verdict::Approve => pay`, with commas between"
    )
}

pub(crate) fn unknown_route_key(place: &Place, key: &str) -> String {
    format!(
        "{place}: a route has no setting `{key}`; only its key can be set: `key = \"other\", _ => review`"
    )
}

pub(crate) fn attribute_on_route(place: &Place) -> String {
    format!("{place}: only `#[cfg(…)]` can stand on a route; remove this attribute")
}

pub(crate) fn route_guard(place: &Place) -> String {
    format!(
        "{place}: a route cannot have a guard, for the graph could not show it; return a value that \
         says where to go, and route on that"
    )
}

pub(crate) fn route_binds_everything(place: &Place, name: &str) -> String {
    format!(
        "{place}: the bare name `{name}` matches every output; write the variant's path, as in \
         `Verdict::{name}`, or `_`"
    )
}

pub(crate) fn route_binds_value(place: &Place, name: &str) -> String {
    format!("{place}: nothing can use the value that this route names `{name}`; write `_` instead")
}

pub(crate) fn route_needs_key(place: &Place, pattern: &str) -> String {
    format!(
        "{place}: the route `{pattern}` has no name to show; give it one: \
         `key = \"other\", {pattern} => …`"
    )
}

pub(crate) fn mixed_routes(place: &Place) -> String {
    format!(
        "{place}: `routes` mixes texts with other patterns; match only texts, or only patterns of the \
         output's type, `_` aside"
    )
}

pub(crate) fn wildcard_not_last(place: &Place) -> String {
    format!("{place}: `_` takes every output, so the routes below it are never taken; move it to the end")
}

pub(crate) fn duplicate_route_text(place: &Place, text: &str) -> String {
    format!("{place} has two routes for the text \"{text}\"; remove one")
}

pub(crate) fn duplicate_route_key(place: &Place, key: &str) -> String {
    format!(
        "{place} has two routes with the key `{key}`; tell them apart: `key = \"another name\", PATTERN => …`"
    )
}

pub(crate) fn routes_and_next(place: &Place) -> String {
    format!("{place} says both `routes` and `next`; keep one of them")
}

pub(crate) fn expected_target(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` has to lead to a step, by the name of its method, or to `END`")
}

pub(crate) fn target_in_quotes(place: &Place, key: &str, text: &str) -> String {
    format!("{place}: `{key}` leads to a step's method, written without quotes: `{text}`")
}

pub(crate) fn unknown_target(place: &Place, target: &str, ahead: &[&str], allows_loops: bool) -> String {
    let candidates: Vec<&str> = ahead.iter().copied().chain(["END"]).collect();
    let hint = match suggest::closest(target, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? "),
        None => String::new(),
    };
    let way_out = match candidates.as_slice() {
        ["END"] => "no step stands below it, so only `END` is left".to_owned(),
        few if few.len() < 10 => format!("from here it goes on to {}", choice(few)),
        _ if allows_loops => "from here it goes on to a step, or to `END`".to_owned(),
        _ => "from here it goes on to a step below, or to `END`".to_owned(),
    };
    let block = place.words.block;
    format!("{place} leads to `{target}`, which is no step of this {block}; {hint}{way_out}")
}

pub(crate) fn target_is_helper(place: &Place, target: &str) -> String {
    format!("{place} leads to `{target}`, which is a method but no step; mark it with `#[step]`")
}

pub(crate) fn target_by_public_name(place: &Place, target: &str, method: &str) -> String {
    format!("{place} leads to `{target}`, which is a step's public name; write its method's name, `{method}`")
}

pub(crate) fn backward_target(place: &Place, target: &str) -> String {
    format!(
        "{place} leads back to `{target}`, a step above it; lead to a step below, move `{target}` below, or \
         {}",
        place.words.allow_loops
    )
}

pub(crate) fn self_target(place: &Place) -> String {
    format!("{place} leads to itself; {}, or {}", place.words.instead_of_itself, place.words.allow_loops)
}

pub(crate) fn unreachable_step(place: &Place, allows_loops: bool) -> String {
    let origin = origin(allows_loops);
    format!("{place} can never be reached; lead to it from {origin}, or remove it")
}
