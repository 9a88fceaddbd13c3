//! The value in the type that its schema asks for.

use serde_json::{Number, Value};

use super::choice::{ChoiceMatch, match_choice};
use super::field::{Field, FieldKind};
use super::hints::ExtractionHints;
use crate::python::{Item, float_of, trim};

const YES: &[&str] = &["yes", "true", "1", "y", "on", "enable", "enabled"];
const NO: &[&str] = &["no", "false", "0", "n", "off", "disable", "disabled"];
const ALL: &[&str] = &["all", "everything", "all of them", "every one"];
const NOTHING: &[&str] = &["none", "nothing", "no tools", "empty"];

/// What became of a value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Normalised {
    /// It is as it was.
    Unchanged(Value),
    /// It was brought into the form that the schema asks for.
    Changed {
        /// What it is now.
        value: Value,
        /// What it was.
        was: Value,
    },
    /// It is none of the field's choices.
    Rejected {
        /// What it was.
        was: Value,
        /// The choices that it might mean; empty, if it means none.
        candidates: Vec<String>,
    },
}

impl Normalised {
    /// The value; null, if it was rejected.
    pub fn into_value(self) -> Value {
        match self {
            Self::Unchanged(value) | Self::Changed { value, .. } => value,
            Self::Rejected { .. } => Value::Null,
        }
    }
}

impl Field {
    /// Brings an extracted value into the form that the schema asks for.
    ///
    /// Text becomes a yes or no, a number or a list where the schema asks for one and the text is plainly one
    /// (`"yes"`, `" -3 "`, `"2.5"`); everything and nothing become all and none of a list's choices; and text
    /// becomes the one of the field's choices that it means. What is plainly nothing of the kind stays as it is,
    /// for validation to refuse it, except that text which is none of the choices is rejected, unless the hints
    /// say otherwise. Keys beginning with `_` are left alone.
    ///
    /// ```
    /// use serde_json::json;
    /// use stepflow_wizard::values::{ExtractionHints, Field, Normalised};
    ///
    /// let hints = ExtractionHints::default();
    /// let guests = Field::new("guests", &json!({ "type": "integer" }))?;
    /// assert_eq!(guests.normalise(json!(" 12 "), &hints).into_value(), json!(12));
    /// assert_eq!(guests.normalise(json!("a few"), &hints), Normalised::Unchanged(json!("a few")));
    /// # Ok::<(), stepflow_wizard::values::FieldSchemaError>(())
    /// ```
    pub fn normalise(&self, value: Value, hints: &ExtractionHints) -> Normalised {
        if self.name.starts_with('_') {
            return Normalised::Unchanged(value);
        }
        let typed = self.typed(&value);
        let chosen = match (&self.choices, typed.as_ref().unwrap_or(&value)) {
            (Some(choices), Value::String(text)) => match self.choose(text, choices, hints) {
                Ok(choice) => choice.map(Value::String),
                Err(candidates) => return Normalised::Rejected { was: value, candidates },
            },
            _ => None,
        };
        match chosen.or(typed).filter(|now| *now != value) {
            Some(now) => Normalised::Changed { value: now, was: value },
            None => Normalised::Unchanged(value),
        }
    }

    /// The value in the field's type, where it is another.
    fn typed(&self, value: &Value) -> Option<Value> {
        match (self.kind?, value) {
            (FieldKind::Boolean, Value::String(text)) => {
                let word = trim(text).to_lowercase();
                let yes = YES.contains(&word.as_str());
                (yes || NO.contains(&word.as_str())).then_some(Value::Bool(yes))
            }
            (FieldKind::Integer, Value::String(text)) => whole(trim(text)).map(Value::Number),
            (FieldKind::Number, Value::String(text)) => match float_of(&Item::text(text.as_str())) {
                Ok(Item::Float(number)) => Number::from_f64(number).map(Value::Number),
                _ => None,
            },
            (FieldKind::Array, Value::String(_)) => {
                let list = vec![value.clone()];
                Some(Value::Array(self.expanded(&list).unwrap_or(list)))
            }
            (FieldKind::Array, Value::Array(items)) => self.expanded(items).map(Value::Array),
            _ => None,
        }
    }

    /// All of a list's choices, or none of them, if that is what it says.
    fn expanded(&self, items: &[Value]) -> Option<Vec<Value>> {
        let says = |words: &[&str]| {
            let mut texts = items.iter().filter_map(Value::as_str);
            texts.any(|text| words.contains(&trim(text).to_lowercase().as_str()))
        };
        match &self.item_choices {
            choices if choices.is_empty() => None,
            choices if says(ALL) => Some(choices.clone()),
            _ if says(NOTHING) => Some(Vec::new()),
            _ => None,
        }
    }

    /// The choice that the text means, if it is another text; or the choices between which it leaves open.
    fn choose(
        &self,
        text: &str,
        choices: &[Value],
        hints: &ExtractionHints,
    ) -> Result<Option<String>, Vec<String>> {
        let found = if self.hints.normalize.unwrap_or(hints.enum_normalize) {
            let threshold = self.hints.normalize_threshold.unwrap_or(hints.normalize_threshold);
            match_choice(text, choices, threshold)
        } else if choices.iter().any(|choice| choice.as_str() == Some(text)) {
            return Ok(None);
        } else {
            ChoiceMatch::Nothing
        };
        match found {
            ChoiceMatch::Ambiguous(_) | ChoiceMatch::Nothing
                if !self.hints.reject_unmatched.unwrap_or(hints.reject_unmatched) =>
            {
                Ok(None)
            }
            ChoiceMatch::Ambiguous(choices) => Err(choices.into_iter().map(str::to_owned).collect()),
            ChoiceMatch::Nothing => Err(Vec::new()),
            found => Ok(found.choice().map(str::to_owned)),
        }
    }
}

/// Digits, with a minus in front or without.
fn whole(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)).ok()
}
