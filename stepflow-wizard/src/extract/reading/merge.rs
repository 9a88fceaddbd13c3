//! What an extractor says is brought into form, and taken as far as it may be.

use serde_json::Value;

use super::work::{Work, field};
use crate::advance::{check_map, check_size};
use crate::command::{Conflict, DropReason, Dropped, Source};
use crate::definition::{Accept, Candidate, Verdict};
use crate::extract::{Extraction, Message};
use crate::python::{Budget, Item, equal};
use crate::values::{Field, GroundingStrategy, Normalised};
use crate::{Map, Name};

/// How many values that were not taken are told.
const TOLD: usize = 50;

impl Work<'_> {
    /// Takes what was found; gives whether any of it is new. With `focus`, only those fields were asked for.
    pub(super) fn merge(
        &mut self,
        message: &Message,
        extraction: &Extraction,
        source: Source,
        focus: Option<&Value>,
    ) -> bool {
        let mut said = Map::new();
        let mut new = false;
        for (name, value) in &extraction.values {
            if !self.may_be_looked_at(name, value, message, &mut said) {
                continue;
            }
            let known = self.fields.get(name.as_str()).cloned();
            let asked = focus.is_none_or(|schema| schema["properties"].get(name).is_some());
            let value = match &known {
                Some(field) if asked || !self.original => self.in_form(field, name, value.clone()),
                _ => value.clone(),
            };
            if known.is_some() || self.original {
                self.say(&mut said, name, value.clone());
            }
            if value.is_null() {
                continue;
            }
            if !self.is_welcome(name) || !(asked || self.original) {
                self.drop_value(name, DropReason::NotAsked);
                // The original keeps it, so that it counts as something that was found.
                new |= self.original;
                continue;
            }
            let known = known.unwrap_or_else(|| field(name, &Value::Null));
            new |= self.admit(&known, name, value, message, source);
        }
        if self.original {
            // What was found at a second look takes the place of the first, if it brought anything.
            if new || source != Source::Recovered {
                self.said = said;
            }
        } else {
            self.said.append(&mut said);
        }
        new
    }

    /// Refuses what is too large or reserved before anything is done with it.
    fn may_be_looked_at(&mut self, name: &str, value: &Value, message: &Message, said: &mut Map) -> bool {
        if name.starts_with('_') {
            // The original's stand-in for an extractor gives the text itself.
            if self.original && name == "_raw_input" {
                self.hear(&message.text);
                self.turn.insert(name.to_owned(), value.clone());
                self.say(said, name, value.clone());
            }
            self.drop_value(name, DropReason::Reserved);
            return false;
        }
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        if check_map(&alone, self.limits()).is_err() {
            self.drop_value(name, DropReason::TooLarge);
            return false;
        }
        true
    }

    fn in_form(&mut self, field: &Field, name: &str, value: Value) -> Value {
        match field.normalise(value, &self.policy.hints) {
            Normalised::Rejected { .. } => {
                self.drop_value(name, DropReason::NotAChoice);
                Value::Null
            }
            form => form.into_value(),
        }
    }

    /// Remembers what was said, as far as there is room.
    fn say(&self, said: &mut Map, name: &str, value: Value) {
        said.insert(name.to_owned(), value);
        if check_size(said, self.limits()).is_err() {
            said.shift_remove(name);
        }
    }

    /// Whether an answer on this stage may name the field.
    fn is_welcome(&self, name: &str) -> bool {
        let ahead = self.definition.settings().accept == Accept::Flow;
        let schemas = || self.flow().stages.iter().filter_map(|stage| stage.schema.as_ref());
        self.fields.contains_key(name)
            || (self.original && self.schema().is_some_and(|schema| schema.open))
            || (ahead && schemas().any(|schema| schema.fields.contains_key(name)))
    }

    /// Takes one value, unless it would replace an answer that it may not replace.
    fn admit(&mut self, field: &Field, name: &str, value: Value, message: &Message, source: Source) -> bool {
        let existing = self.existing(name).cloned();
        let differs = existing.as_ref().is_none_or(|existing| !same(existing, &value));
        let replaces = existing.is_some();
        let grounding = field.ground(&value, &message.text, &self.policy.overlap);
        // For the original, an empty text stands in every message, word for word.
        let empty = self.original && grounding.strategy == GroundingStrategy::Exact && value == "";
        let protected = self.grounds() && replaces && !grounding.grounded && !empty;
        let per_turn = self.definition.settings().per_turn.contains(name);
        if replaces && differs && self.policy.conflicts && !per_turn && self.conflicts.len() < TOLD {
            self.conflicts.push(Conflict { field: name.into(), replaced: !protected });
        }
        if protected {
            if differs {
                self.drop_value(name, DropReason::NotGrounded);
            }
            return false;
        }
        if !differs {
            return false;
        }
        let Some(value) = self.filtered(name, value, existing.as_ref(), message) else {
            self.drop_value(name, DropReason::Filtered);
            return false;
        };
        let grounded = self.bears_out(field, &value, message);
        self.put(name, value, source, Some(grounded))
    }

    /// The value, as far as the definition's own filter lets it pass.
    fn filtered(
        &self,
        name: &str,
        value: Value,
        existing: Option<&Value>,
        message: &Message,
    ) -> Option<Value> {
        let filter = self.definition.settings().merge_filter.as_ref();
        let Some(filter) = filter.filter(|_| self.stage().extraction.grounding != Some(false)) else {
            return Some(value);
        };
        let schema = self.schema().and_then(|schema| schema.fields.get(name));
        let mut data = self.standing.known.clone();
        data.append(&mut self.values.clone());
        let candidate = Candidate {
            field: name,
            value: &value,
            existing,
            text: &message.text,
            schema: schema.unwrap_or(&Value::Null),
            data: &data,
        };
        match filter.judge(&candidate) {
            Verdict::Accept => Some(value),
            Verdict::Reject => None,
            Verdict::Replace(other) => Some(other).filter(|other| !other.is_null()),
        }
    }

    /// What is there already.
    fn existing(&self, name: &str) -> Option<&Value> {
        let known = [&self.values, &self.elsewhere, &self.standing.known];
        known.into_iter().find_map(|map| map.get(name)).filter(|value| !value.is_null())
    }

    /// Takes a value; it may be too much.
    pub(super) fn put(&mut self, name: &str, value: Value, source: Source, grounded: Option<bool>) -> bool {
        let before = self.found.insert(name.to_owned(), value.clone());
        if check_map(&self.found, self.limits()).is_err() {
            match before {
                Some(before) => drop(self.found.insert(name.to_owned(), before)),
                None => drop(self.found.shift_remove(name)),
            }
            self.drop_value(name, DropReason::TooLarge);
            return false;
        }
        let name: Name = name.into();
        self.values.insert(name.to_string(), value);
        self.sources.insert(name.clone(), source);
        match grounded {
            Some(grounded) => drop(self.grounded.insert(name.clone(), grounded)),
            None => drop(self.grounded.remove(&name)),
        }
        self.written.insert(name);
        true
    }

    /// Whether answers are protected from what the person did not say.
    fn grounds(&self) -> bool {
        // By itself, the setting means something in the original alone.
        let replaced = self.original || self.definition.settings().merge_filter.is_some();
        let usual = self.policy.grounding && !(replaced && self.policy.skip_builtin_grounding);
        self.stage().extraction.grounding.unwrap_or(usual)
    }

    pub(super) fn drop_value(&mut self, name: &str, reason: DropReason) {
        if self.dropped.len() < TOLD {
            self.dropped.push(Dropped::new(name, reason));
        }
    }
}

/// Whether two values are the same; numbers are, by value.
fn same(one: &Value, other: &Value) -> bool {
    equal(&Item::from(one), &Item::from(other), &mut Budget::ample()).unwrap_or_else(|_| one == other)
}
