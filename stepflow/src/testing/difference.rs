//! Where two JSON values differ.

use std::collections::BTreeSet;

use serde_json::Value;

/// The first place where two values differ, and what stands there in each.
pub(super) struct Difference {
    pub(super) place: String,
    pub(super) left: String,
    pub(super) right: String,
}

impl Difference {
    pub(super) fn first(left: &Value, right: &Value) -> Option<Self> {
        walk("", Some(left), Some(right))
    }
}

fn walk(place: &str, left: Option<&Value>, right: Option<&Value>) -> Option<Difference> {
    match (left, right) {
        _ if left == right => None,
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            // In an order of their own: whether a map keeps that of its fields is up to the program's features.
            let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            let inside = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
            keys.into_iter().find_map(|key| walk(&inside(key), left.get(key), right.get(key)))
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => (0..left.len().max(right.len()))
            .find_map(|at| walk(&format!("{place}[{at}]"), left.get(at), right.get(at))),
        _ => {
            let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
            Some(Difference { place: place.to_owned(), left: shown(left), right: shown(right) })
        }
    }
}
