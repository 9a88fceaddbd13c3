//! What is let in: limits and reserved names, before anything else looks at an input.

use std::sync::Arc;

use serde_json::Value;

use super::Transaction;
use crate::command::{Call, Command, Extracted, Input};
use crate::error::{Limit, WizardError};
use crate::{Limits, Map, Name};

/// Checks whatever a call brings along.
pub(super) fn check_words(transaction: &Transaction<'_>, call: &Call) -> Result<(), WizardError> {
    let limits = &transaction.definition.settings().limits;
    if let Some(id) = &call.id {
        word(id, limits)?;
    }
    match &call.command {
        Command::AddItem(values) | Command::SaveDraft(values) => map(values, limits),
        Command::Back { draft: Some(draft) } => map(draft, limits),
        Command::CompleteTask(name) | Command::GoTo(name) | Command::RemoveItem(name) => word(name, limits),
        Command::EditItem { id, values } => word(id, limits).and_then(|()| map(values, limits)),
        Command::Submit(Input::Map(values)) => map(values, limits),
        Command::Submit(Input::Text(text)) => at_most(Limit::Text, limits.text_bytes, text.len()),
        Command::Submit(Input::Extracted(extracted)) => found(extracted, limits),
        Command::Back { draft: None }
        | Command::Cancel
        | Command::Done
        | Command::Restart
        | Command::Skip => Ok(()),
    }
}

fn found(extracted: &Extracted, limits: &Limits) -> Result<(), WizardError> {
    map(&extracted.values, limits)?;
    size(&extracted.turn, limits)?;
    size(&extracted.said, limits)?;
    let report = extracted.errors.iter().map(String::len).sum::<usize>() + weigh(&extracted.report);
    at_most(Limit::InputBytes, limits.input_bytes, report)
}

/// An input may be so large, so deep, and name no reserved key.
pub(crate) fn map(values: &Map, limits: &Limits) -> Result<(), WizardError> {
    if let Some(key) = values.keys().find(|key| key.starts_with('_')) {
        let key: String = key.chars().take(64).collect();
        return Err(WizardError::ReservedKey(key));
    }
    size(values, limits)
}

pub(crate) fn size(values: &Map, limits: &Limits) -> Result<(), WizardError> {
    let mut total = Total::default();
    for (key, value) in values {
        at_most(Limit::Word, limits.word_bytes, key.len())?;
        total.keys += 1;
        total.bytes += key.len() + 4;
        total.add(value, 2, limits)?;
    }
    total.within(limits)
}

pub(super) fn word(word: &str, limits: &Limits) -> Result<(), WizardError> {
    at_most(Limit::Word, limits.word_bytes, word.len())
}

pub(super) fn at_most(limit: Limit, allowed: usize, got: usize) -> Result<(), WizardError> {
    if got > allowed { Err(WizardError::LimitExceeded { limit, allowed, got }) } else { Ok(()) }
}

/// How large values are, roughly as JSON.
#[derive(Default)]
struct Total {
    bytes: usize,
    keys: usize,
}

impl Total {
    fn add(&mut self, value: &Value, depth: usize, limits: &Limits) -> Result<(), WizardError> {
        match value {
            Value::Null | Value::Bool(_) => self.bytes += 4,
            Value::Number(_) => self.bytes += 8,
            Value::String(text) => self.bytes += text.len() + 2,
            Value::Array(items) => {
                at_most(Limit::InputDepth, limits.input_depth, depth)?;
                self.bytes += items.len() + 2;
                self.within(limits)?;
                for item in items {
                    self.add(item, depth + 1, limits)?;
                }
            }
            Value::Object(fields) => {
                at_most(Limit::InputDepth, limits.input_depth, depth)?;
                self.keys += fields.len();
                self.bytes += 2;
                self.within(limits)?;
                for (key, item) in fields {
                    at_most(Limit::Word, limits.word_bytes, key.len())?;
                    self.bytes += key.len() + 4;
                    self.add(item, depth + 1, limits)?;
                }
            }
        }
        Ok(())
    }

    fn within(&self, limits: &Limits) -> Result<(), WizardError> {
        at_most(Limit::InputKeys, limits.input_keys, self.keys)?;
        at_most(Limit::InputBytes, limits.input_bytes, self.bytes)
    }
}

/// Roughly how many bytes a value is as JSON.
pub(crate) fn weigh(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 4,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| weigh(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => weigh_map(fields),
    }
}

/// Roughly how many bytes a map is as JSON.
pub(super) fn weigh_map(fields: &Map) -> usize {
    fields.iter().map(|(key, item)| key.len() + 4 + weigh(item)).sum::<usize>() + 2
}

/// Parts what holds for this call alone from what is to be kept.
pub(super) fn part_turn(transaction: &mut Transaction<'_>, given: &mut Map) {
    for key in &transaction.definition.settings().per_turn {
        if let Some(value) = given.remove(&**key) {
            transaction.turn.insert(key.to_string(), value);
        }
    }
}

/// What must not be kept of something that was typed.
pub(super) fn without_sensitive(transaction: &Transaction<'_>, draft: &mut Map) {
    let frame = transaction.frame();
    let Some(flow) = transaction.definition.compiled(&frame.flow) else { return };
    let Some(at) = flow.position(&frame.stage) else { return };
    draft.retain(|name, _| !is_sensitive(flow, at, name));
}

/// Whether a field's values must not be shown.
pub(crate) fn is_sensitive(flow: &crate::definition::CompiledFlow, at: usize, field: &str) -> bool {
    let by_schema = flow.stages[at].schema.as_ref().is_some_and(|schema| schema.sensitive.contains(field));
    by_schema || flow.flow.stages[at].sensitive.contains(field)
}

/// Fields that a stage does not ask for.
pub(super) fn unknown(
    transaction: &Transaction<'_>,
    at: usize,
    given: &Map,
) -> Result<Vec<Name>, WizardError> {
    let flow = transaction.flow()?;
    let Some(schema) = &flow.stages[at].schema else { return Ok(Vec::new()) };
    if schema.open {
        return Ok(Vec::new());
    }
    let ahead = transaction.definition.settings().accept == crate::definition::Accept::Flow;
    let known = |name: &String| {
        let declares = |stage: &crate::definition::CompiledStage| {
            stage.schema.as_ref().is_some_and(|schema| schema.fields.contains_key(name.as_str()))
        };
        declares(&flow.stages[at]) || (ahead && flow.stages.iter().any(declares))
    };
    Ok(given.keys().filter(|name| !known(name)).map(|name| Arc::from(name.as_str())).collect())
}
