//! A field, as far as its values are concerned.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::hints::FieldHints;
use super::words::{has_word, plain, significant};

/// A field's schema, read once for all that is done with its values.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::values::{Field, FieldKind};
///
/// let field = Field::new("gift_wrap", &json!({ "type": "boolean", "description": "Wrapping paper" }))?;
/// assert_eq!(field.kind(), Some(FieldKind::Boolean));
/// assert!(field.mentioned_in("with some paper, please"));
/// # Ok::<(), stepflow_wizard::values::FieldSchemaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub(super) name: String,
    pub(super) kind: Option<FieldKind>,
    pub(super) choices: Option<Vec<Value>>,
    pub(super) item_choices: Vec<Value>,
    /// Words by which a message speaks of the field.
    pub(super) keywords: BTreeSet<String>,
    pub(super) hints: FieldHints,
}

/// The type that a schema gives to a field; of several, the first that is not null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldKind {
    /// A list.
    Array,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A mapping.
    Object,
    /// Text.
    String,
}

/// A field's schema says something about extraction that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum FieldSchemaError {
    /// `x-extraction` has an unknown key, or a value of the wrong type.
    #[error("`x-extraction` of field `{field}` cannot be read")]
    Hints {
        /// The field.
        field: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A threshold that is not between 0 and 1.
    #[error("`{key}` of field `{field}` is {value}, and has to lie between 0 and 1")]
    Threshold {
        /// The field.
        field: String,
        /// Which threshold.
        key: &'static str,
        /// What it is.
        value: f64,
    },
}

impl Field {
    /// Reads a field's schema: a property of an object's JSON schema. What is no mapping says nothing.
    ///
    /// # Errors
    ///
    /// [`FieldSchemaError`], if what it says under `x-extraction` cannot be understood.
    pub fn new(name: &str, schema: &Value) -> Result<Self, FieldSchemaError> {
        let hints = match schema.get("x-extraction") {
            None => FieldHints::default(),
            // By way of a mapping, because a list would do as well otherwise.
            Some(hints) => Map::deserialize(hints)
                .and_then(|hints| FieldHints::deserialize(Value::Object(hints)))
                .map_err(|source| FieldSchemaError::Hints { field: name.to_owned(), source })?,
        };
        let thresholds = [
            ("normalize_threshold", hints.normalize_threshold),
            ("overlap_threshold", hints.overlap_threshold),
        ];
        for (key, value) in thresholds {
            if let Some(value) = value.filter(|value| !(0.0..=1.0).contains(value)) {
                return Err(FieldSchemaError::Threshold { field: name.to_owned(), key, value });
            }
        }
        Ok(Self::hinted(name, schema, hints))
    }

    /// A field of which nothing is said about extraction.
    #[cfg(feature = "extract")]
    pub(crate) fn without_hints(name: &str, schema: &Value) -> Self {
        Self::hinted(name, schema, FieldHints::default())
    }

    fn hinted(name: &str, schema: &Value, hints: FieldHints) -> Self {
        let description = schema.get("description").and_then(Value::as_str).unwrap_or(name);
        let mut keywords = significant(description);
        keywords.extend(significant(&name.replace('_', " ")));
        Self {
            name: name.to_owned(),
            kind: schema.get("type").and_then(kind_of),
            choices: schema.get("enum").and_then(Value::as_array).cloned(),
            item_choices: choices_of_items(schema).cloned().unwrap_or_default(),
            keywords,
            hints,
        }
    }

    /// The field's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type, if the schema gives one that is known.
    pub fn kind(&self) -> Option<FieldKind> {
        self.kind
    }

    /// What the schema says about extraction.
    pub fn hints(&self) -> &FieldHints {
        &self.hints
    }

    /// Whether a message speaks of the field: has one of the words of its description or name.
    pub fn mentioned_in(&self, message: &str) -> bool {
        self.mentioned(&plain(message))
    }

    /// The same, of a message in its plain form.
    pub(super) fn mentioned(&self, message: &str) -> bool {
        self.keywords.iter().any(|word| has_word(message, word))
    }
}

fn kind_of(kind: &Value) -> Option<FieldKind> {
    match kind {
        Value::Array(kinds) => kinds.iter().find_map(kind_of),
        kind => FieldKind::deserialize(kind).ok(),
    }
}

fn choices_of_items(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("items")?.get("enum")?.as_array()
}
