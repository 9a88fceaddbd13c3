//! An object of the format: its keys are taken one by one, and what is left was not meant to be there.

use super::Reader;
use crate::error::{DefinitionCode, WarningCode};
use crate::load::source::{Entry, Kind, Node, Spot};
use crate::suggest::closest;

/// A mapping whose keys are being taken.
pub(super) struct Object<'n> {
    entries: &'n [Entry],
    taken: Vec<bool>,
    /// The keys that were asked for, there or not.
    known: Vec<&'static str>,
    pub(super) path: String,
    pub(super) spot: Spot,
}

impl<'n> Object<'n> {
    /// The value of a key; nothing for a key that is left empty.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.take_even_null(key).filter(|node| node.kind != Kind::Null)
    }

    /// The value of a key that means something when it is null.
    pub(super) fn take_even_null(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        self.taken[at] = true;
        Some(&self.entries[at].value)
    }

    /// The entries whose keys begin with `x-`.
    pub(super) fn take_own(&mut self) -> Vec<&'n Entry> {
        let own = |entry: &&Entry| entry.key.starts_with("x-");
        for (entry, taken) in self.entries.iter().zip(&mut self.taken) {
            *taken |= own(&entry);
        }
        self.entries.iter().filter(own).collect()
    }

    /// Whether a key is there, and not left empty.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key && entry.value.kind != Kind::Null)
    }

    /// The path of a key.
    pub(super) fn at(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// Where a key stands; where the object does, if the key is not there.
    pub(super) fn spot_of(&self, key: &str) -> Spot {
        self.entries.iter().find(|entry| entry.key == key).map_or(self.spot, |entry| entry.spot)
    }
}

/// `stages[2]` and `target` make `stages[2].target`.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

impl Reader<'_> {
    /// The value as an object; a complaint if it is none.
    pub(super) fn object<'n>(&mut self, node: &'n Node, path: impl Into<String>) -> Option<Object<'n>> {
        let path = path.into();
        match &node.kind {
            Kind::Map(entries) => Some(Object {
                entries,
                taken: vec![false; entries.len()],
                known: Vec::new(),
                path,
                spot: node.spot,
            }),
            _ => {
                self.unfit(node, &path, "a mapping of keys and values");
                None
            }
        }
    }

    /// Complains about every key that nobody asked for.
    pub(super) fn finish(&mut self, object: &Object<'_>, what: &str) {
        let left = object.entries.iter().zip(&object.taken).filter(|(_, taken)| !**taken);
        for (entry, _) in left {
            let absent = object.known.iter().copied().filter(|known| !object.has(known));
            let begins = absent.clone().find(|known| entry.key.len() > 3 && known.starts_with(&*entry.key));
            let hint = match closest(&entry.key, absent).or(begins) {
                Some(meant) => Some(format!("did you mean `{meant}`?")),
                None => home(&entry.key).map(|home| format!("`{}` belongs to {home}", entry.key)),
            };
            let message = format!("{what} has no key `{}`", entry.key);
            let path = object.at(&entry.key);
            if self.lenient || self.original() {
                self.warn(entry.spot, path, WarningCode::UnknownKey, message).hint = hint;
            } else {
                self.error(entry.spot, path, DefinitionCode::UnknownKey, message).hint = hint;
            }
        }
    }

    /// A value that is not what the key takes.
    pub(super) fn unfit(&mut self, node: &Node, path: &str, wanted: &str) {
        let found = match &node.kind {
            Kind::Bool(flag) => format!("`{flag}`"),
            Kind::Number(number) => format!("`{number}`"),
            Kind::Text(text) if text.len() <= SHORT && !text.contains('\n') => format!("`{text}`"),
            _ => node.what().to_owned(),
        };
        let message = format!("{wanted} is expected here, not {found}");
        self.error(node.spot, path, DefinitionCode::InvalidValue, message);
    }
}

/// Up to how many bytes a text is quoted in a message.
const SHORT: usize = 40;

/// Where a key is at home that people look for elsewhere.
fn home(key: &str) -> Option<&'static str> {
    Some(match key {
        "condition" | "derive" | "metadata" | "priority" | "target" | "transform" => "a transition",
        "data_mapping" | "network" | "result_mapping" | "return_stage" => "the `subflow` of a transition",
        "auto_advance_filled_stages" | "derivations" | "per_turn_keys" | "recovery" => {
            "the wizard's `settings`"
        }
        "global_tasks" | "settings" | "stages" | "subflows" | "version" => "the wizard itself",
        "enum" | "items" | "properties" | "required" => "a `schema`",
        "can_skip" | "is_end" | "is_start" | "prompt" | "schema" | "skip_default" | "suggestions"
        | "transitions" => "a stage",
        _ => return None,
    })
}
