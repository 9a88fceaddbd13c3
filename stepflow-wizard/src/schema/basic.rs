//! Validation by the keywords that forms are made of, for programs that do without the feature `schema`.
//! Keywords that are not known here are passed over, as JSON Schema asks for.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::fields::reference;
use super::wording;
use crate::error::FieldError;

/// How deeply schemas are followed.
const DEPTH: usize = 32;

pub(super) struct Validator(Arc<Value>);

impl Validator {
    #[expect(clippy::unnecessary_wraps, reason = "the other validator refuses schemas")]
    pub(super) fn new(schema: &Arc<Value>) -> Result<Self, String> {
        Ok(Self(Arc::clone(schema)))
    }

    pub(super) fn errors(&self, values: &Value) -> Vec<FieldError> {
        let mut search = Search { root: &self.0, path: Vec::new(), errors: Vec::new() };
        search.value(&self.0, values, DEPTH);
        search.errors
    }
}

struct Search<'a> {
    root: &'a Value,
    path: Vec<String>,
    errors: Vec<FieldError>,
}

impl Search<'_> {
    fn value(&mut self, schema: &Value, value: &Value, depth: usize) {
        if depth == 0 {
            return;
        }
        if schema == &Value::Bool(false) {
            return self.fault("falseSchema", &Value::Null);
        }
        let root = self.root;
        if let Some(target) = reference(root, schema) {
            self.value(target, value, depth - 1);
        }
        if let Some(expected) = schema.get("type")
            && !has_type(value, expected)
        {
            return self.fault("type", expected);
        }
        if let Some(options) = schema.get("enum").and_then(Value::as_array)
            && !options.contains(value)
        {
            self.fault("enum", &Value::Array(options.clone()));
        }
        if let Some(expected) = schema.get("const")
            && expected != value
        {
            self.fault("const", expected);
        }
        match value {
            Value::Number(number) => self.number(schema, number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => self.size(schema, text.chars().count(), "minLength", "maxLength"),
            Value::Array(items) => self.array(schema, items, depth),
            Value::Object(fields) => self.object(schema, fields, depth),
            Value::Null | Value::Bool(_) => {}
        }
        self.branches(schema, value, depth);
    }

    fn branches(&mut self, schema: &Value, value: &Value, depth: usize) {
        for branch in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.value(branch, value, depth - 1);
        }
        for keyword in ["anyOf", "oneOf"] {
            let Some(branches) = schema.get(keyword).and_then(Value::as_array) else { continue };
            let fits = |branch: &&Value| {
                let mut search = Search { root: self.root, path: Vec::new(), errors: Vec::new() };
                search.value(branch, value, depth - 1);
                search.errors.is_empty()
            };
            let fitting = branches.iter().filter(fits).count();
            if fitting == 0 || (keyword == "oneOf" && fitting > 1) {
                self.fault(keyword, &Value::Null);
            }
        }
    }

    fn number(&mut self, schema: &Value, number: f64) {
        let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
        let broken = [
            ("minimum", bound("minimum").is_some_and(|bound| number < bound)),
            ("maximum", bound("maximum").is_some_and(|bound| number > bound)),
            ("exclusiveMinimum", bound("exclusiveMinimum").is_some_and(|bound| number <= bound)),
            ("exclusiveMaximum", bound("exclusiveMaximum").is_some_and(|bound| number >= bound)),
        ];
        for (keyword, _) in broken.into_iter().filter(|(_, broken)| *broken) {
            self.fault(keyword, &schema[keyword]);
        }
    }

    fn size(&mut self, schema: &Value, size: usize, least: &'static str, most: &'static str) {
        let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
        let size = size as u64;
        if let Some(bound) = bound(least).filter(|bound| size < *bound) {
            self.fault(least, &json!(bound));
        }
        if let Some(bound) = bound(most).filter(|bound| size > *bound) {
            self.fault(most, &json!(bound));
        }
    }

    fn array(&mut self, schema: &Value, items: &[Value], depth: usize) {
        self.size(schema, items.len(), "minItems", "maxItems");
        if schema.get("uniqueItems") == Some(&Value::Bool(true))
            && items.iter().enumerate().any(|(at, item)| items[..at].contains(item))
        {
            self.fault("uniqueItems", &Value::Null);
        }
        if let Some(of_items) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.within(index.to_string(), |search| search.value(of_items, item, depth - 1));
            }
        }
    }

    fn object(&mut self, schema: &Value, fields: &Map<String, Value>, depth: usize) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = name.as_str().filter(|name| !fields.contains_key(*name)) {
                self.within(name.to_owned(), |search| search.fault("required", &Value::Null));
            }
        }
        for (name, value) in fields {
            let declared = properties.and_then(|properties| properties.get(name));
            let field = declared.or_else(|| schema.get("additionalProperties"));
            self.within(name.clone(), |search| match (declared, field) {
                (None, Some(Value::Bool(false))) => search.fault("unknown", &Value::Null),
                (_, Some(field)) => search.value(field, value, depth - 1),
                (_, None) => {}
            });
        }
    }

    fn within(&mut self, name: String, look: impl FnOnce(&mut Self)) {
        self.path.push(name);
        look(self);
        self.path.pop();
    }

    fn fault(&mut self, keyword: &'static str, expected: &Value) {
        let mut path = self.path.iter();
        let field = path.next().map(|field| field.as_str().into());
        let rest = path.map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect();
        let message = wording::say(keyword, expected);
        self.errors.push(FieldError { field, path: rest, code: keyword.into(), message });
    }
}

fn has_type(value: &Value, expected: &Value) -> bool {
    match expected {
        Value::String(name) => match name.as_str() {
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => {
                value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|float| float.fract() == 0.0)
            }
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            "null" => value.is_null(),
            _ => true,
        },
        Value::Array(names) => names.iter().any(|name| has_type(value, name)),
        _ => true,
    }
}
