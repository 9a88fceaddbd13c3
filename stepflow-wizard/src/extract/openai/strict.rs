//! A stage's schema in the part of JSON Schema that models can be held to.
//!
//! There, every field is required and none is free, so that "not said" is null. What cannot be said there is left out:
//! the wizard validates against the whole schema anyway.

use serde_json::{Map, Value, json};

/// How deeply schemas are followed.
const DEPTH: usize = 12;

/// Keywords that are handed on as they are.
const KEPT: [&str; 4] = ["description", "enum", "const", "$ref"];

/// The fields of a stage.
pub(super) struct Fields {
    pub(super) schema: Value,
    /// Whether a model can be held to it strictly.
    pub(super) strict: bool,
}

pub(super) fn fields(schema: &Value) -> Fields {
    let mut build = Build { strict: true };
    let mut fields = build.object(schema, DEPTH);
    for key in ["$defs", "definitions"] {
        if let Some(Value::Object(named)) = schema.get(key) {
            let named = named.iter().map(|(name, schema)| (name.clone(), build.schema(schema, DEPTH)));
            fields[key] = Value::Object(named.collect());
        }
    }
    Fields { schema: fields, strict: build.strict }
}

/// The form of the whole answer.
pub(super) fn form(fields: &Value) -> Value {
    let mut fields = fields.clone();
    // References go to the top of the document.
    let mut named = Map::new();
    if let Some(fields) = fields.as_object_mut() {
        for key in ["$defs", "definitions"] {
            named.extend(fields.shift_remove_entry(key));
        }
    }
    let mut form = json!({
        "type": "object",
        "properties": {
            "fields": fields,
            "confidence": { "type": "number" },
            "doubts": { "type": ["string", "null"] },
        },
        "required": ["fields", "confidence", "doubts"],
        "additionalProperties": false,
    });
    if let Some(form) = form.as_object_mut() {
        form.extend(named);
    }
    form
}

struct Build {
    strict: bool,
}

impl Build {
    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let properties = schema.get("properties").and_then(Value::as_object);
        if properties.is_none_or(Map::is_empty) {
            // Whatever keys it has: no strict schema can say so.
            self.strict = false;
            return json!({ "type": "object" });
        }
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        // At the top, even what the stage requires may not have been said.
        let top = depth == DEPTH;
        let fields: Map<String, Value> = properties
            .into_iter()
            .flatten()
            .map(|(name, field)| {
                let said = self.schema(field, depth - 1);
                let may_lack = top || !required.contains(&name.as_str());
                (name.clone(), if may_lack { or_null(said) } else { said })
            })
            .collect();
        let names: Vec<String> = fields.keys().cloned().collect();
        json!({ "type": "object", "properties": fields, "required": names, "additionalProperties": false })
    }

    fn schema(&mut self, schema: &Value, depth: usize) -> Value {
        if depth == 0 {
            self.strict = false;
            return json!({});
        }
        let mut said = match kind(schema) {
            Some("object") => self.object(schema, depth),
            Some("array") => {
                let items = schema.get("items").map(|items| self.schema(items, depth - 1));
                self.strict &= items.is_some();
                items.map_or_else(
                    || json!({ "type": "array" }),
                    |items| json!({ "type": "array", "items": items }),
                )
            }
            Some(kind) => json!({ "type": kind }),
            None => self.untyped(schema, depth),
        };
        for key in KEPT {
            if let Some(value) = schema.get(key) {
                said[key] = value.clone();
            }
        }
        said
    }

    fn untyped(&mut self, schema: &Value, depth: usize) -> Value {
        if schema.get("$ref").is_some() {
            return json!({});
        }
        let ways = ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)?.as_array());
        if let Some(ways) = ways {
            let ways: Vec<Value> = ways.iter().map(|way| self.schema(way, depth - 1)).collect();
            return json!({ "anyOf": ways });
        }
        let choices = schema.get("enum").and_then(Value::as_array);
        if choices.is_some_and(|choices| !choices.is_empty() && choices.iter().all(Value::is_string)) {
            return json!({ "type": "string" });
        }
        json!({ "type": ["string", "number", "boolean"] })
    }
}

/// The first type that is not null.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind.as_str()),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ => None,
    }
}

/// The same, or null.
fn or_null(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() || schema.get("anyOf").is_some() || schema.get("const").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    match schema.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.push("null".into()),
        Some(kind) => *kind = json!([kind.clone(), "null"]),
        None => return schema,
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum")
        && !choices.contains(&Value::Null)
    {
        choices.push(Value::Null);
    }
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{fields, form};

    #[test]
    fn every_field_is_required_and_may_be_null() {
        let schema = json!({
            "type": "object",
            "properties": {
                "species": { "type": "string", "enum": ["parrot", "cat"], "x-extraction": { "grounding": "exact" } },
                "weight": { "type": "number", "minimum": 0 },
                "tags": { "type": "array", "items": { "type": "string", "minLength": 2 } },
                "home": { "type": "object", "properties": { "zip": { "type": "string" } }, "required": ["zip"] },
            },
            "required": ["species"],
        });
        let built = fields(&schema);
        assert!(built.strict);
        assert_eq!(
            built.schema,
            json!({
                "type": "object",
                "properties": {
                    "species": { "type": ["string", "null"], "enum": ["parrot", "cat", null] },
                    "weight": { "type": ["number", "null"] },
                    "tags": { "type": ["array", "null"], "items": { "type": "string" } },
                    "home": {
                        "type": ["object", "null"],
                        "properties": { "zip": { "type": "string" } },
                        "required": ["zip"],
                        "additionalProperties": false,
                    },
                },
                "required": ["species", "weight", "tags", "home"],
                "additionalProperties": false,
            })
        );
    }

    #[test]
    fn references_go_to_the_top_of_the_form() {
        let schema = json!({
            "properties": { "home": { "$ref": "#/$defs/place" } },
            "$defs": { "place": { "type": "object", "properties": { "zip": { "type": "string" } } } },
        });
        let form = form(&fields(&schema).schema);
        assert_eq!(form["$defs"]["place"]["properties"]["zip"], json!({ "type": ["string", "null"] }));
        assert_eq!(
            form["properties"]["fields"]["properties"]["home"],
            json!({ "anyOf": [{ "$ref": "#/$defs/place" }, { "type": "null" }] })
        );
        assert!(form["properties"]["fields"].get("$defs").is_none());
    }

    #[test]
    fn what_cannot_be_said_strictly_is_said_loosely() {
        for schema in [
            json!({ "properties": { "any": { "type": "object" } } }),
            json!({ "properties": { "list": { "type": "array" } } }),
        ] {
            assert!(!fields(&schema).strict, "{schema}");
        }
    }
}
