//! Keys.

use super::allowed;
use crate::place::Place;
use crate::suggest;
use crate::syntax::Keys;

pub(crate) fn state_missing(place: &Place) -> String {
    format!(
        "{place} does not say what its state is; name the type of its `state` field: \
         `#[{}(state = State)]`",
        place.words.block
    )
}

pub(crate) fn expected_key(place: &Place, keys: Keys, found: &str) -> String {
    format!("{place}: expected a key of `{}`, found `{found}`; {}", keys.of, allowed(keys))
}

pub(crate) fn unknown_key(place: &Place, keys: Keys, key: &str) -> String {
    let home = place.words.lists.iter().find(|list| list.of != keys.of && list.known.contains(&key));
    let hint = match (suggest::closest(key, keys.known.iter().copied()), home) {
        (_, Some(home)) => format!("it belongs in `{}`; ", home.of),
        (Some(near), None) => format!("did you mean `{near}`? "),
        (None, None) => String::new(),
    };
    format!("{place}: `{}` has no key `{key}`; {hint}{}", keys.of, allowed(keys))
}

pub(crate) fn repeated_key(place: &Place, keys: Keys, key: &str) -> String {
    format!("{place}: `{key}` is given twice in `{}`; remove one", keys.of)
}

pub(crate) fn key_not_yet(place: &Place, keys: Keys, key: &str) -> String {
    format!("{place}: `{key}` is not yet in this release; remove it, {}", allowed(keys))
}

pub(crate) fn expected_step_arguments(place: &Place) -> String {
    format!("{place}: expected `#[step]` or `#[step(…)]`; {}", allowed(place.words.step_keys))
}
