//! Schemas as extractors are shown them.

use serde_json::{Map, Value, json};

use crate::Name;

/// How deeply schemas are followed.
const DEPTH: usize = 32;

/// The fields at the top of a schema, in its order.
pub(super) fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

/// The one field of a schema that asks for a text, whatever text, and for nothing else.
pub(super) fn only_text(schema: &Value) -> Option<&str> {
    let properties = properties(schema)?;
    let required = schema.get("required")?.as_array()?;
    let ([required], 1) = (required.as_slice(), properties.len()) else { return None };
    let (name, field) = properties.get_key_value(required.as_str()?)?;
    let free = ["enum", "pattern", "format"].iter().all(|key| field.get(key).is_none());
    (free && field.get("type")? == "string").then_some(name)
}

/// The same schema without defaults: an extractor finds what was said, and defaults are filled in later.
pub(super) fn without_defaults(schema: &Value) -> Value {
    let mut schema = schema.clone();
    strip(&mut schema, DEPTH);
    schema
}

fn strip(schema: &mut Value, depth: usize) {
    let Some(schema) = schema.as_object_mut().filter(|_| depth > 0) else { return };
    schema.shift_remove("default");
    for (key, inner) in schema {
        match key.as_str() {
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                // These are names of fields, and `default` may be one.
                let named = inner.as_object_mut().into_iter().flatten();
                named.for_each(|(_, inner)| strip(inner, depth - 1));
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                inner.as_array_mut().into_iter().flatten().for_each(|inner| strip(inner, depth - 1));
            }
            "items" | "additionalProperties" | "contains" | "not" | "if" | "then" | "else" => {
                strip(inner, depth - 1);
            }
            _ => {}
        }
    }
}

/// A schema of some of the fields alone, all of them required.
pub(super) fn focused(schema: &Value, fields: &[Name], declared: impl Fn(&str) -> Option<Value>) -> Value {
    let mut properties = Map::new();
    for name in fields {
        if let Some(field) = self::properties(schema).and_then(|all| all.get(&**name)).cloned() {
            properties.insert(name.to_string(), field);
        } else if let Some(field) = declared(name) {
            properties.insert(name.to_string(), field);
        }
    }
    let mut focused = json!({ "type": "object", "properties": properties, "required": fields });
    for key in ["$defs", "definitions"] {
        if let Some(definitions) = schema.get(key) {
            focused[key] = definitions.clone();
        }
    }
    without_defaults(&focused)
}
