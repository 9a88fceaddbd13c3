//! The fields that a schema declares.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Name;

/// How many `$ref`s and branches are followed.
const DEPTH: usize = 8;

/// What a schema declares at its top.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) properties: BTreeMap<Name, Value>,
    pub(super) required: Vec<Name>,
    pub(super) open: bool,
}

pub(super) fn declared(schema: &Value) -> Declared {
    let mut declared = Declared::default();
    gather(schema, schema, true, DEPTH, &mut declared);
    declared
}

/// Fields of all branches are declared; what one of several branches requires is not required of everybody.
fn gather(root: &Value, schema: &Value, binding: bool, depth: usize, declared: &mut Declared) {
    if depth == 0 {
        return;
    }
    if let Some(target) = reference(root, schema) {
        gather(root, target, binding, depth - 1, declared);
    }
    if let Some(Value::Object(properties)) = schema.get("properties") {
        for (name, field) in properties {
            let field = reference(root, field).filter(|_| field.get("default").is_none()).unwrap_or(field);
            declared.properties.entry(name.as_str().into()).or_insert_with(|| field.clone());
        }
    }
    if binding && let Some(Value::Array(required)) = schema.get("required") {
        for name in required.iter().filter_map(Value::as_str) {
            if !declared.required.iter().any(|known| &**known == name) {
                declared.required.push(name.into());
            }
        }
    }
    declared.open |= match schema.get("additionalProperties") {
        Some(Value::Bool(open)) => *open,
        Some(Value::Object(_)) => true,
        _ => schema.get("patternProperties").is_some(),
    };
    for (keyword, binding) in [("allOf", binding), ("anyOf", false), ("oneOf", false)] {
        if let Some(Value::Array(branches)) = schema.get(keyword) {
            branches.iter().for_each(|branch| gather(root, branch, binding, depth - 1, declared));
        }
    }
    for keyword in ["then", "else"] {
        if let Some(branch) = schema.get(keyword) {
            gather(root, branch, false, depth - 1, declared);
        }
    }
}

/// What a local `$ref` stands for.
pub(super) fn reference<'a>(root: &'a Value, schema: &Value) -> Option<&'a Value> {
    let pointer = schema.get("$ref")?.as_str()?.strip_prefix('#')?;
    root.pointer(pointer)
}

pub(super) fn is_sensitive(field: &Value) -> bool {
    ["x-sensitive", "writeOnly"].iter().any(|key| field.get(key) == Some(&Value::Bool(true)))
        || field.get("format").and_then(Value::as_str) == Some("password")
}

/// Whether a value is none: null, or a text of nothing but space.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}
