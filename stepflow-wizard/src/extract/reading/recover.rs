//! What is tried while required answers are missing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema;
use super::work::{Asked, Next, Work};
use crate::Name;
use crate::command::{DropReason, Source};
use crate::definition::{ExtractionScope, Recovery};
use crate::extract::request::Excerpt;
use crate::extract::{Asking, ExtractError, Extraction, Message};
use crate::values::{Field, recover_booleans};

/// How often one message is handed to an extractor, at most.
const ASKS: usize = 16;

impl Work<'_> {
    /// Takes what an extractor answered, and says what comes next.
    pub(super) fn take(&mut self, message: &Message, asked: Asked, extraction: Extraction) -> Next {
        let extraction = sound(extraction);
        let after = asked.strategy + 1;
        match asked.request.asking {
            Asking::First => {
                self.merge(message, &extraction, Source::Extracted, None);
                let new = !self.found.is_empty();
                self.count(extraction, new);
                self.fill();
                self.settle();
                self.recover(message, 0)
            }
            _ if extraction.values.is_empty() => match asked.request.asking {
                Asking::Missing => self.ask_again(message, asked),
                _ => self.recover(message, after),
            },
            asking => {
                let focus = (asking == Asking::Missing).then_some(&asked.request.schema);
                if self.merge(message, &extraction, Source::Recovered, focus) {
                    self.count(extraction, true);
                    if !self.original {
                        self.fill();
                        self.settle();
                    }
                }
                self.recover(message, after)
            }
        }
    }

    /// An extractor that failed is not asked any more.
    pub(super) fn give_up(&mut self, message: &Message, asked: &Asked, error: &ExtractError) -> Next {
        self.troubles.push(format!("what is missing was not looked for again: {error}"));
        self.deaf = true;
        self.recover(message, asked.strategy + 1)
    }

    /// Tries the strategies from one on, until nothing is missing or an extractor must be asked.
    pub(super) fn recover(&mut self, message: &Message, from: usize) -> Next {
        for at in from..self.strategies.len() {
            let missing = self.missing();
            if missing.is_empty() {
                break;
            }
            let asks = !self.deaf && self.asked < ASKS;
            match self.strategies[at] {
                // Ours derives whenever something was found.
                Recovery::Derivation if self.original => self.derive(),
                Recovery::BooleanRecovery => self.recover_by_words(message, &missing),
                Recovery::ScopeEscalation if asks => {
                    if let Some(scope) = self.wider_scope(message) {
                        let schema = self.raw_schema().map(schema::without_defaults).unwrap_or_default();
                        return self.ask(message, schema, scope, Asking::Wider, at, 0);
                    }
                }
                Recovery::FocusedRetry if asks && self.policy.focused_retries > 0 => {
                    if let Some(schema) = self.focused(&missing) {
                        let scope = ExtractionScope::WizardSession;
                        return self.ask(message, schema, scope, Asking::Missing, at, 1);
                    }
                }
                _ => {}
            }
        }
        Next::Over
    }

    /// The same question once more, as often as the definition has it.
    fn ask_again(&mut self, message: &Message, asked: Asked) -> Next {
        let Asked { request, strategy, attempt } = asked;
        if attempt < self.policy.focused_retries && self.asked < ASKS {
            self.asked += 1;
            return Next::Ask(Box::new(Asked { request, strategy, attempt: attempt + 1 }));
        }
        self.recover(message, strategy + 1)
    }

    /// The required fields that have no value, in the order of the schema.
    fn missing(&mut self) -> Vec<Name> {
        let Some(schema) = self.schema() else { return Vec::new() };
        let mut missing: BTreeSet<Name> = schema
            .required
            .iter()
            .filter(|name| self.values.get(&***name).is_none_or(Value::is_null))
            .cloned()
            .collect();
        if !self.original {
            let problems = schema.judge(&mut self.values);
            missing.extend(problems.missing);
            missing.extend(problems.errors.into_iter().filter_map(|error| error.field));
        }
        schema.required.iter().filter(|name| missing.contains(*name)).cloned().collect()
    }

    /// Takes back what was found and breaks the schema; what was there before stands again.
    pub(super) fn settle(&mut self) {
        if self.original {
            return;
        }
        // Each round takes something back, so that there are no more rounds than fields.
        while let Some(schema) = self.schema() {
            let problems = schema.judge(&mut self.values);
            let faulty: BTreeSet<Name> =
                problems.errors.into_iter().filter_map(|error| error.field).collect();
            let faulty: Vec<Name> =
                faulty.into_iter().filter(|name| self.found.contains_key(&**name)).collect();
            if faulty.is_empty() {
                return;
            }
            for name in faulty {
                self.found.shift_remove(&*name);
                self.grounded.remove(&name);
                self.drop_value(&name, DropReason::Invalid);
            }
            self.fill();
        }
    }

    /// Yes or no, read from the person's own words.
    fn recover_by_words(&mut self, message: &Message, missing: &[Name]) {
        let fields: Vec<Field> = missing.iter().filter_map(|name| self.fields.get(name).cloned()).collect();
        let found = recover_booleans(&fields, &message.text, &self.policy.hints);
        for (name, signal) in found {
            self.sure.by_words |= self.put(&name, Value::Bool(signal), Source::Recovered, Some(true));
        }
        if !self.original {
            self.fill();
            self.settle();
        }
    }

    /// The scope to go over to, if it shows more of the conversation.
    fn wider_scope(&self, message: &Message) -> Option<ExtractionScope> {
        let wider = self.policy.escalation.filter(|wider| *wider > self.scope())?;
        let excerpt = Excerpt::of(message, wider, self.policy.recent_messages, self.limits());
        (!excerpt.earlier.is_empty()).then_some(wider)
    }

    fn focused(&self, missing: &[Name]) -> Option<Value> {
        let declared = |name: &str| self.schema().and_then(|schema| schema.fields.get(name)).cloned();
        let focused = schema::focused(self.raw_schema()?, missing, declared);
        schema::properties(&focused).is_some_and(|fields| !fields.is_empty()).then_some(focused)
    }

    /// Lets an extraction count for how sure the whole is. The original looks at the last one alone.
    pub(super) fn count(&mut self, extraction: Extraction, contributes: bool) {
        let sure = extraction.is_confident();
        self.sure.confident |= sure;
        self.sure.doubtful |= contributes && !sure;
        let first = self.asked <= 1;
        if self.original || first {
            self.counts = extraction;
            return;
        }
        self.counts.confidence = self.counts.confidence.min(extraction.confidence);
        self.counts.errors.extend(extraction.errors);
    }

    /// Whether the person's words, now or before, bear a value out.
    pub(super) fn bears_out(&self, field: &Field, value: &Value, message: &Message) -> bool {
        let said = |text: &str| field.ground(value, text, &self.policy.overlap).grounded;
        said(&message.text)
            || message
                .transcript
                .iter()
                .any(|turn| turn.by == crate::extract::Speaker::Person && said(&turn.text))
    }
}

/// Confidence is a number from 0 to 1.
fn sound(extraction: Extraction) -> Extraction {
    let confidence = extraction.confidence;
    let confidence = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
    Extraction { confidence, ..extraction }
}
