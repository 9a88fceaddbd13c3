//! What is shown of what runs hold.

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) type Mask = dyn Fn(&Shown<'_>, Value) -> Value + Send + Sync;

/// What a mask is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown<'a> {
    /// The workflow's public name.
    pub workflow: &'a str,
    /// What it is.
    pub part: ShownPart,
}

/// What it is that is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShownPart {
    /// The text of an error, or of why somebody decided.
    Error,
    /// The metadata of a question.
    Metadata,
    /// What a step returned.
    Output,
    /// A state.
    State,
}

/// A mask that hides the values of these fields, however deep they stand.
///
/// ```
/// use serde_json::json;
/// use stepflow_web::{RunsOptions, mask_fields};
///
/// let options = RunsOptions::new().mask(mask_fields(["iban"]));
/// ```
pub fn mask_fields<S: Into<String>>(
    fields: impl IntoIterator<Item = S>,
) -> impl Fn(&Shown<'_>, Value) -> Value + Send + Sync + 'static {
    let fields: BTreeSet<String> = fields.into_iter().map(Into::into).collect();
    move |_, value| hidden(&fields, value)
}

/// What may be seen of a value.
pub(crate) fn masked(mask: Option<&Mask>, workflow: &str, part: ShownPart, value: Value) -> Value {
    match mask {
        None => value,
        Some(mask) => mask(&Shown { workflow, part }, value),
    }
}

/// The same for a text.
pub(crate) fn masked_text(mask: Option<&Mask>, workflow: &str, text: String) -> String {
    match masked(mask, workflow, ShownPart::Error, Value::String(text)) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn hidden(fields: &BTreeSet<String>, value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| {
                let value =
                    if fields.contains(&name) { Value::from("•••") } else { hidden(fields, value) };
                (name, value)
            })
            .collect(),
        Value::Array(values) => values.into_iter().map(|value| hidden(fields, value)).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Shown, ShownPart, mask_fields};

    #[test]
    fn fields_are_hidden_however_deep_they_stand() {
        let mask = mask_fields(["iban", "card"]);
        let shown = Shown { workflow: "refund", part: ShownPart::State };
        let value = json!({ "iban": 1, "a": [{ "card": { "n": 1 } }, { "b": "iban" }] });
        assert_eq!(mask(&shown, value), json!({ "iban": "•••", "a": [{ "card": "•••" }, { "b": "iban" }] }));
        assert_eq!(mask(&shown, json!("iban")), json!("iban"));
    }
}
