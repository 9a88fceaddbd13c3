//! Whether a person said what was extracted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::choice::ratio;
use super::field::{Field, FieldKind};
use super::hints::GroundingMode;
use super::words::{NEGATIONS, has_negation, has_word, plain, significant};
use crate::python::text_of;

/// How grounding is decided where a field says nothing itself.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroundingOptions {
    /// How many of a text's significant words have to be in the message, from 0 to 1.
    pub overlap_threshold: f64,
}

impl Default for GroundingOptions {
    /// Half of the words.
    fn default() -> Self {
        Self { overlap_threshold: 0.5 }
    }
}

/// Whether a value is grounded in a message, and by which rule that was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grounding {
    /// Whether the person said so.
    pub grounded: bool,
    /// The rule that decided.
    pub strategy: GroundingStrategy,
}

/// A rule by which grounding is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroundingStrategy {
    /// One of a list's elements is in the message.
    Array,
    /// The message speaks of the field, and in that direction.
    Boolean,
    /// The choice is in the message.
    Choice,
    /// The message speaks of the field and takes it back.
    Empty,
    /// The value is in the message, word for word, as its schema asks.
    Exact,
    /// The number is in the message.
    Number,
    /// Enough of the text's words are in the message.
    Overlap,
    /// Nothing was looked at: the schema says so, or the type leaves nothing to look for.
    Trusted,
}

/// Whether an extracted value may become the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// Whether it may.
    pub accepted: bool,
    /// Whether the person said so, and how that was decided.
    pub grounding: Grounding,
}

impl Field {
    /// Whether the person said so in the message.
    ///
    /// A choice has to stand in the message as a whole word, a number as its digits, of a list at least one
    /// element; of other text, enough significant words. A yes or no is grounded if the message speaks of the field
    /// and is negated for no and not negated for yes; an empty value, if it speaks of the field and is negated.
    /// Values of other types are trusted. `x-extraction` changes each of these.
    ///
    /// ```
    /// use serde_json::json;
    /// use stepflow_wizard::values::{Field, GroundingOptions};
    ///
    /// let wrap = Field::new("wrap", &json!({ "type": "boolean", "description": "gift wrap" }))?;
    /// let options = GroundingOptions::default();
    /// assert!(wrap.ground(&json!(false), "no wrap please", &options).grounded);
    /// assert!(!wrap.ground(&json!(true), "no wrap please", &options).grounded);
    /// # Ok::<(), stepflow_wizard::values::FieldSchemaError>(())
    /// ```
    pub fn ground(&self, value: &Value, message: &str, options: &GroundingOptions) -> Grounding {
        let text = plain(message);
        let by = |strategy, grounded| Grounding { grounded, strategy };
        match self.hints.grounding {
            Some(GroundingMode::Skip | GroundingMode::Fuzzy) => {
                return by(GroundingStrategy::Trusted, true);
            }
            Some(GroundingMode::Exact) => {
                return by(GroundingStrategy::Exact, has_word(&text, &plain(&text_of(value))));
            }
            None => {}
        }
        match (self.kind.unwrap_or(FieldKind::String), value) {
            (FieldKind::Boolean, value) => by(GroundingStrategy::Boolean, self.directed(value, &text)),
            (FieldKind::Integer | FieldKind::Number, value) => {
                by(GroundingStrategy::Number, has_word(message, &text_of(value)))
            }
            (FieldKind::Array, Value::Array(items)) if !items.is_empty() => {
                let named = items.iter().any(|item| has_word(&text, &plain(&text_of(item))));
                by(GroundingStrategy::Array, named)
            }
            (FieldKind::Array, Value::String(item)) if !item.is_empty() => {
                by(GroundingStrategy::Array, has_word(&text, &plain(item)))
            }
            (FieldKind::Array, _) => by(GroundingStrategy::Empty, self.emptied(&text)),
            (_, Value::String(value)) if value.is_empty() => {
                by(GroundingStrategy::Empty, self.emptied(&text))
            }
            (_, Value::String(value)) if self.choices.is_some() => {
                by(GroundingStrategy::Choice, has_word(&text, &plain(value)))
            }
            (_, Value::String(value)) => {
                by(GroundingStrategy::Overlap, self.overlaps(&plain(value), &text, options))
            }
            _ => by(GroundingStrategy::Trusted, true),
        }
    }

    /// Whether an extracted value may become the answer: what is not grounded replaces nothing.
    ///
    /// ```
    /// use serde_json::json;
    /// use stepflow_wizard::values::{Field, GroundingOptions};
    ///
    /// let size = Field::new("size", &json!({ "type": "string", "enum": ["small", "large"] }))?;
    /// let options = GroundingOptions::default();
    /// assert!(size.admit(&json!("large"), None, "a larger one", &options).accepted);
    /// assert!(!size.admit(&json!("large"), Some(&json!("small")), "a larger one", &options).accepted);
    /// # Ok::<(), stepflow_wizard::values::FieldSchemaError>(())
    /// ```
    pub fn admit(
        &self,
        value: &Value,
        existing: Option<&Value>,
        message: &str,
        options: &GroundingOptions,
    ) -> Admission {
        let grounding = self.ground(value, message, options);
        let protects = existing.is_some_and(|existing| !existing.is_null());
        Admission { accepted: grounding.grounded || !protects, grounding }
    }

    fn directed(&self, value: &Value, message: &str) -> bool {
        if !self.mentioned(message) {
            return false;
        }
        let checked = self.hints.check_direction.unwrap_or(true);
        !checked || self.negated(message) == (*value == Value::Bool(false))
    }

    fn emptied(&self, message: &str) -> bool {
        self.hints.empty_allowed || (self.mentioned(message) && self.negated(message))
    }

    fn negated(&self, message: &str) -> bool {
        let usual: BTreeSet<String>;
        let negations = match &self.hints.negation_keywords {
            Some(negations) => negations,
            None => {
                usual = NEGATIONS.iter().map(|word| (*word).to_owned()).collect();
                &usual
            }
        };
        has_negation(message, negations, &self.keywords, self.hints.negation_proximity)
    }

    fn overlaps(&self, value: &str, message: &str, options: &GroundingOptions) -> bool {
        let wanted = significant(value);
        let threshold = self.hints.overlap_threshold.unwrap_or(options.overlap_threshold);
        // Nothing but words that say nothing: there is nothing to look for.
        wanted.is_empty()
            || ratio(wanted.intersection(&significant(message)).count(), wanted.len()) >= threshold
    }
}
