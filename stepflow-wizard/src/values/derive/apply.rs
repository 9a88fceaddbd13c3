//! What the transforms do.

use serde_json::{Map, Value};

use super::error::TransformError;
use super::transform::Transform;
use crate::condition::Facts;
use crate::python::{Budget, Item, contains, elements, is_space, length, text_of, title, trim};

impl Transform {
    /// What becomes of the value of the source; none, if there is nothing to give.
    ///
    /// # Errors
    ///
    /// [`TransformError`], if an expression, a template or a function of the host fails.
    ///
    /// ```
    /// use serde_json::{Map, json};
    /// use stepflow_wizard::values::Transform;
    ///
    /// let data = Map::new();
    /// assert_eq!(Transform::TitleCase.apply(&json!("cold-lamp"), &data)?, Some(json!("Cold Lamp")));
    /// assert_eq!(Transform::First.apply(&json!([]), &data)?, None);
    /// # Ok::<(), stepflow_wizard::values::TransformError>(())
    /// ```
    pub fn apply(&self, value: &Value, data: &Map<String, Value>) -> Result<Option<Value>, TransformError> {
        Ok(match self {
            Self::Boolean => Some(Item::from(value).truthy().into()),
            Self::Constant(constant) => Some(constant.clone()),
            Self::Contains(part) => {
                Some(text_of(value).to_lowercase().contains(&text_of(part).to_lowercase()).into())
            }
            Self::Copy => Some(value.clone()),
            Self::Custom { name, function } => function
                .apply(value, data)
                .map_err(|source| TransformError::Custom { name: name.clone(), source })?
                .filter(|value| !value.is_null()),
            Self::Equals(other) => Some((text_of(value) == text_of(other)).into()),
            Self::Expression(expression) => {
                Some(expression.evaluate(&Facts { value: Some(value), ..Facts::of(data) })?)
            }
            Self::First => end(value, |items| items.next()),
            Self::Join(separator) => joined(value, separator),
            Self::Last => end(value, |items| items.next_back()),
            Self::Length => length(&Item::from(value), &mut Budget::ample()).ok().flatten().map(Value::from),
            Self::LowerHyphen => spelled(value, '-', '_'),
            Self::LowerUnderscore => spelled(value, '_', '-'),
            Self::Map { entries, default } => entries.get(&text_of(value)).or(default.as_ref()).cloned(),
            Self::NotEquals(other) => Some((text_of(value) != text_of(other)).into()),
            Self::OneOf(values) => {
                let values = Value::Array(values.clone());
                let found = contains(&Item::from(&values), &Item::from(value), &mut Budget::ample());
                Some(found.unwrap_or(false).into())
            }
            Self::RegexExtract(pattern) => pattern.extract(&text_of(value)),
            Self::RegexMatch(pattern) => Some(pattern.is_match(&text_of(value)).into()),
            Self::RegexReplace { pattern, replacement } => {
                Some(replacement.replace_all(pattern, &text_of(value)).into())
            }
            Self::Split(separator) => split(value, separator),
            #[cfg(feature = "template")]
            Self::Template(template) => rendered(template, data)?,
            Self::TitleCase => filled(trim(&title(&text_of(value).replace(['-', '_'], " ")))),
        })
    }
}

/// One end of what there is to go through.
fn end(
    value: &Value,
    pick: impl for<'i> Fn(&mut dyn DoubleEndedIterator<Item = Value>) -> Option<Value>,
) -> Option<Value> {
    match value {
        Value::Array(items) => pick(&mut items.iter().cloned()),
        Value::Object(map) => pick(&mut map.keys().map(|key| Value::from(key.as_str()))),
        Value::String(text) => pick(&mut text.chars().map(|letter| Value::from(letter.to_string()))),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn joined(value: &Value, separator: &str) -> Option<Value> {
    let mut budget = Budget::ample();
    let items = elements(&Item::from(value), &mut budget).ok()?;
    let texts: Result<Vec<String>, _> =
        items.iter().map(|item| crate::python::print(&item, &mut budget)).collect();
    texts.ok().filter(|texts| !texts.is_empty()).map(|texts| texts.join(separator).into())
}

fn split(value: &Value, separator: &str) -> Option<Value> {
    let text = text_of(value);
    if text.is_empty() || separator.is_empty() {
        return None;
    }
    Some(text.split(separator).map(|part| Value::from(trim(part))).collect())
}

/// Small letters, each run of spaces and `other` signs become one `sign`.
fn spelled(value: &Value, sign: char, other: char) -> Option<Value> {
    let mut out = String::new();
    let mut inside = false;
    for letter in text_of(value).chars() {
        let gap = is_space(letter) || letter == other;
        match (gap, inside) {
            (true, true) => {}
            (true, false) => out.push(sign),
            (false, _) => out.push(letter),
        }
        inside = gap;
    }
    filled(&out.trim_matches(sign).to_lowercase())
}

fn filled(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| text.into())
}

#[cfg(feature = "template")]
fn rendered(
    template: &crate::template::Template,
    data: &Map<String, Value>,
) -> Result<Option<Value>, TransformError> {
    use crate::template::{Escape, TemplateContext};

    match template.render(&TemplateContext::new(data), Escape::None) {
        Ok(text) => Ok(filled(trim(&text))),
        // Not all that it speaks of has been answered yet.
        Err(error) if error.is_undefined() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
