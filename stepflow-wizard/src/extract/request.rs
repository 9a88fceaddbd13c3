//! What an extractor is asked.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

use super::message::{Message, Speaker};
use crate::definition::ExtractionScope;
use crate::{Limits, Name};

/// Letters of an earlier message that are handed on.
const EARLIER: usize = 500;

/// Letters of the last thing said to the person that are handed on.
const ASKED: usize = 1500;

/// What an extractor is asked: to find the values of these fields in this text.
///
/// All of it but `schema`, `stage`, `prompt` and `model` was written by the person or said to them, and is data: an
/// extractor that hands it to a language model keeps it apart from its own instructions.
///
/// ```
/// use stepflow_wizard::extract::{Extraction, ExtractionRequest};
///
/// fn by_hand(request: &ExtractionRequest) -> Extraction {
///     match request.text.split_whitespace().find_map(|word| word.parse::<u32>().ok()) {
///         Some(number) if request.asks_for("age") => Extraction::new([("age", number)], 1.0),
///         _ => Extraction::nothing(),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExtractionRequest {
    /// What the person wrote.
    pub text: String,
    /// What they wrote before, oldest first and clipped, as far as the scope goes.
    pub earlier: Vec<String>,
    /// The last thing that was said to them, clipped.
    pub asked: Option<String>,
    /// The fields that are looked for: a JSON Schema of an object, without defaults.
    pub schema: Value,
    /// The stage that is answered.
    pub stage: Name,
    /// Its prompt as it was written: earlier answers are not filled in, and do not leave the house by this way.
    pub prompt: String,
    /// The model that the stage asks for.
    pub model: Option<Name>,
    /// Why it is asked.
    pub asking: Asking,
}

/// Why an extractor is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Asking {
    /// The message has just come.
    First,
    /// Required fields are missing: those alone are looked for.
    Missing,
    /// Required fields are missing: more of the conversation is looked at.
    Wider,
}

impl ExtractionRequest {
    /// Whether a field is looked for.
    #[must_use]
    pub fn asks_for(&self, field: &str) -> bool {
        self.schema.get("properties").is_some_and(|properties| properties.get(field).is_some())
    }
}

/// As much of a conversation as a scope takes in.
pub(super) struct Excerpt {
    pub(super) earlier: Vec<String>,
    pub(super) asked: Option<String>,
}

impl Excerpt {
    pub(super) fn of(message: &Message, scope: ExtractionScope, recent: usize, limits: &Limits) -> Self {
        let most = match scope {
            ExtractionScope::CurrentMessage => 0,
            ExtractionScope::RecentMessages => recent,
            ExtractionScope::WizardSession => usize::MAX,
        };
        let mut earlier = VecDeque::new();
        let mut left = limits.input_bytes;
        let said = message.transcript.iter().rev().filter(|turn| turn.by == Speaker::Person);
        for turn in said.take(most) {
            let text = clipped(&turn.text, EARLIER);
            let Some(rest) = left.checked_sub(text.len()) else { break };
            left = rest;
            earlier.push_front(text);
        }
        let asked = message.transcript.iter().rev().find(|turn| turn.by == Speaker::Wizard);
        Self { earlier: earlier.into(), asked: asked.map(|turn| clipped(&turn.text, ASKED)) }
    }
}

fn clipped(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
