//! Values that several keys share.

use crate::duration::BadDuration;
use crate::place::Place;

pub(crate) fn expected_state(place: &Place) -> String {
    format!("{place}: `state` takes the type of the `state` field: `state = State`")
}

pub(crate) fn expected_crate(place: &Place) -> String {
    let krate = place.words.krate;
    format!("{place}: `crate` takes the path of the {krate} crate: `crate = ::my_crate::{krate}`")
}

pub(crate) fn expected_text(place: &Place, key: &str, example: &str) -> String {
    format!("{place}: `{key}` takes a text in quotes: `{key} = \"{example}\"`")
}

pub(crate) fn empty_text(place: &Place, key: &str) -> String {
    format!("{place}: the text of `{key}` is empty; write one")
}

pub(crate) fn expected_number(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` takes a whole number or a constant: `{key} = 3`")
}

pub(crate) fn negative_number(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` cannot be negative; the smallest is `{key} = 0`")
}

pub(crate) fn number_too_large(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` is too large; the largest is `{key} = {}`", u32::MAX)
}

pub(crate) fn expected_duration(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` takes a duration in quotes or a `Duration` constant: `{key} = \"50ms\"`")
}

pub(crate) fn bad_duration(place: &Place, key: &str, text: &str, reason: &BadDuration) -> String {
    let problem = match reason {
        BadDuration::Empty => "is empty".to_owned(),
        BadDuration::NoNumber { found } => format!("has no number where `{found}` begins"),
        BadDuration::NoUnit { number } => format!("has no unit behind `{number}`"),
        BadDuration::TooFine => "is finer than a nanosecond".to_owned(),
        BadDuration::TooLong => "is too long".to_owned(),
        BadDuration::UnknownUnit { unit } => format!("has an unknown unit `{unit}`"),
    };
    format!(
        "{place}: the `{key}` \"{text}\" {problem}; write it like \"50ms\", \"1.5s\" or \"1h 30m\" \
         (ns, us, ms, s, m, min, h, d)"
    )
}

pub(crate) fn expected_switch(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` is `true` or `false`: `{key} = true`")
}

pub(crate) fn expected_flag(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` takes no value; write only `{key}`")
}

pub(crate) fn fallible_without_result(place: &Place) -> String {
    format!("{place} says `fallible`, but returns no `Result`; return one, or remove `fallible`")
}

pub(crate) fn expected_function(place: &Place, key: &str, shape: &str, example: &str) -> String {
    format!("{place}: `{key}` takes the path of a `{shape}`: `{key} = {example}`")
}
