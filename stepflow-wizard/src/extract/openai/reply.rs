//! What the model answered.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Map as Fields;
use crate::extract::extraction::{MENDED, object_in};
use crate::extract::{ExtractError, Extraction};

/// Letters of a doubt that are kept.
const DOUBT: usize = 200;

/// A completion, as far as it matters. Services differ in all the rest.
#[derive(Debug, Deserialize)]
pub(super) struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Value,
}

#[derive(Debug, Deserialize)]
struct Choice {
    message: Option<Message>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    content: Value,
    refusal: Option<String>,
}

impl Completion {
    /// How many tokens it took.
    pub(super) fn usage(&self) -> Value {
        let count = |key: &str| Some((key.to_owned(), self.usage.get(key)?.as_u64()?.into()));
        Value::Object(["prompt_tokens", "completion_tokens"].iter().filter_map(|key| count(key)).collect())
    }
}

/// What a completion says about the fields that were asked for.
pub(super) fn read(completion: Completion, schema: &Value) -> Result<Extraction, ExtractError> {
    let malformed = |reason| ExtractError::Malformed { reason, source: None };
    let choice = completion.choices.into_iter().next().ok_or_else(|| malformed("it has no choice"))?;
    let message = choice.message.ok_or_else(|| malformed("it has no message"))?;
    let refused = message.refusal.is_some_and(|refusal| !refusal.is_empty());
    match choice.finish_reason.as_deref() {
        _ if refused => return Err(ExtractError::Refused),
        Some("content_filter") => return Err(ExtractError::Refused),
        Some("length") => return Err(ExtractError::Truncated),
        _ => {}
    }
    let text = text_of(&message.content).ok_or_else(|| malformed("it has no text"))?;
    let (answer, mended) = object_in(&text)?;
    let mut found = found(answer, schema)?;
    if mended {
        found.confidence = found.confidence.min(0.5);
        found = found.with_error(MENDED);
    }
    Ok(found)
}

/// The values, in the form that was asked for; or without it, as models answer that are not held to a form.
fn found(mut answer: Map<String, Value>, schema: &Value) -> Result<Extraction, ExtractError> {
    let Some(fields) = answer.remove("fields") else {
        let asked = |name: &String| schema["properties"].get(name).is_some();
        if answer.keys().any(asked) || answer.is_empty() {
            return Ok(Extraction::by_completeness(said(answer), schema));
        }
        return Err(ExtractError::Malformed {
            reason: "it does not have the form that was asked for",
            source: None,
        });
    };
    let Value::Object(fields) = fields else {
        return Err(ExtractError::Malformed { reason: "its `fields` are no object", source: None });
    };
    let mut found = Extraction::by_completeness(said(fields), schema);
    if let Some(confidence) = answer.get("confidence").and_then(Value::as_f64) {
        found.confidence = confidence;
        found.errors.clear();
    }
    let doubts = answer.get("doubts").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    if doubts.is_empty() {
        Ok(found)
    } else {
        Ok(found.with_error(doubts.chars().take(DOUBT).collect::<String>()))
    }
}

/// The values that were said; null is none.
fn said(mut fields: Fields) -> Fields {
    fields.retain(|_, value| !value.is_null());
    fields
}

/// The text of an answer, in one piece or in parts.
fn text_of(content: &Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
            (!texts.is_empty()).then(|| texts.concat())
        }
        _ => None,
    }
}
