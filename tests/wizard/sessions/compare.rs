//! Where two values differ.

use serde_json::Value;

/// A place where ours is not what the original recorded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Differing {
    pub(super) path: String,
    pub(super) original: Value,
    pub(super) ours: Value,
}

pub(super) fn differences(original: &Value, ours: &Value) -> Vec<Differing> {
    let mut found = Vec::new();
    walk("", original, ours, &mut found);
    found
}

fn walk(path: &str, original: &Value, ours: &Value, found: &mut Vec<Differing>) {
    match (original, ours) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one {
                walk(&join(path, key), value, other.get(key).unwrap_or(&Value::Null), found);
            }
            for (key, value) in other.iter().filter(|(key, _)| !one.contains_key(*key)) {
                walk(&join(path, key), &Value::Null, value, found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                walk(&format!("{path}[{index}]"), one, other, found);
            }
        }
        _ if same(original, ours) => {}
        _ => found.push(Differing { path: path.to_owned(), original: original.clone(), ours: ours.clone() }),
    }
}

/// Numbers are the same by value: 0 and 0.0.
fn same(original: &Value, ours: &Value) -> bool {
    match (original, ours) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => original == ours,
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
