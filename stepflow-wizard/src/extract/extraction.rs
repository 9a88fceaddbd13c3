//! What an extractor gives.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ExtractError;
use crate::Map;
use crate::command::is_sure;

/// What an extractor found in a text.
///
/// ```
/// use stepflow_wizard::extract::Extraction;
///
/// let found = Extraction::new([("species", "parrot")], 0.9);
/// assert!(found.is_confident());
/// assert!(!found.with_error("two animals are named").is_confident());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Extraction {
    /// Fields and their values; null is as good as left out.
    #[serde(alias = "data")]
    pub values: Map,
    /// How sure the extractor is of these values: 0 to 1.
    pub confidence: f64,
    /// What it complains about.
    pub errors: Vec<String>,
    /// Whatever else it reports; kept with the outcome.
    pub report: Value,
}

impl Extraction {
    /// Values found with this confidence.
    pub fn new<K: Into<String>, V: Into<Value>>(
        values: impl IntoIterator<Item = (K, V)>,
        confidence: f64,
    ) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values, confidence, ..Self::default() }
    }

    /// Nothing was found.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Values whose confidence follows from how many there are.
    ///
    /// 0 without any; 0.5 where a required field is missing or a value is none of its choices; otherwise 0.7, and the
    /// part of the fields that was found times 0.3. For extractors that have no better measure.
    ///
    /// ```
    /// use serde_json::json;
    /// use stepflow_wizard::extract::Extraction;
    ///
    /// let schema = json!({ "properties": { "name": {}, "age": {} }, "required": ["name"] });
    /// let values = json!({ "name": "Ada" }).as_object().cloned().unwrap_or_default();
    /// assert_eq!(Extraction::by_completeness(values, &schema).confidence, 0.85);
    /// ```
    #[must_use]
    pub fn by_completeness(values: Map, schema: &Value) -> Self {
        let has = |field: &str| values.get(field).is_some_and(|value| !value.is_null());
        let mut errors = Vec::new();
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for field in required.filter_map(Value::as_str).filter(|field| !has(field)) {
            errors.push(format!("the required field `{field}` was not found"));
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (field, property) in properties.into_iter().flatten() {
            let choices = property.get("enum").and_then(Value::as_array);
            let fits = |value: &Value| choices.is_none_or(|choices| choices.contains(value));
            if values.get(field).is_some_and(|value| !fits(value)) {
                errors.push(format!("the value of `{field}` is none of its choices"));
            }
        }
        let known = properties.map_or(0, serde_json::Map::len);
        let found = properties.into_iter().flatten().filter(|(field, _)| has(field)).count();
        let confidence = if values.is_empty() {
            0.0
        } else if !errors.is_empty() {
            0.5
        } else {
            0.7 + 0.3 * if known == 0 { 1.0 } else { ratio(found, known) }
        };
        Self { values, confidence, errors, ..Self::default() }
    }

    /// Reads an answer that is text: a JSON object, if need be with text or a fence around it, which counts as a
    /// complaint. The confidence is that of [`by_completeness`](Self::by_completeness).
    ///
    /// # Errors
    ///
    /// [`ExtractError::Malformed`]: there is no JSON object in it.
    pub fn from_text(text: &str, schema: &Value) -> Result<Self, ExtractError> {
        let (values, mended) = object_in(text)?;
        let mut found = Self::by_completeness(values, schema);
        if mended {
            found = found.with_error(MENDED);
            found.confidence = found.confidence.min(0.5);
        }
        Ok(found)
    }

    /// The same, with something to complain about: it is not sure any more.
    #[must_use]
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.errors.push(error.into());
        self
    }

    /// Whether it is sure: a confidence of 0.8 or more, and nothing to complain about.
    #[must_use]
    pub fn is_confident(&self) -> bool {
        is_sure(self.confidence) && self.errors.is_empty()
    }
}

/// What is said of an answer that was no JSON as it stood.
pub(super) const MENDED: &str = "the answer was not JSON as it stood";

/// The JSON object in a text, and whether something stood around it.
pub(super) fn object_in(text: &str) -> Result<(Map, bool), ExtractError> {
    let (value, mended) = match serde_json::from_str::<Value>(text) {
        Ok(value) => (value, false),
        Err(source) => {
            let inner = text.find('{').zip(text.rfind('}')).and_then(|(from, to)| text.get(from..=to));
            match inner.map(serde_json::from_str::<Value>) {
                Some(Ok(value)) => (value, true),
                _ => {
                    return Err(ExtractError::Malformed { reason: "it is no JSON", source: Some(source) });
                }
            }
        }
    };
    match value {
        Value::Object(values) => Ok((values, mended)),
        _ => Err(ExtractError::Malformed { reason: "it is no JSON object", source: None }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "these are counts of fields")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
