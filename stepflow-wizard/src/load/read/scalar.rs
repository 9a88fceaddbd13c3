//! Single values and lists of them.

use serde_json::Value;

use super::Reader;
use super::object::Object;
use crate::Name;
use crate::error::DefinitionCode;
use crate::load::source::{Kind, Node, Style};
use crate::suggest::closest;

impl Reader<'_> {
    /// A text, or a number as it is spelled.
    pub(super) fn text(&mut self, node: &Node, path: &str) -> Option<Name> {
        match &node.kind {
            Kind::Text(text) => Some(text.as_str().into()),
            Kind::Number(number) => {
                Some(self.sources.spelling(node).map_or_else(|| number.to_string().into(), Name::from))
            }
            kind => {
                let spelled = match kind {
                    Kind::Bool(_) => self
                        .sources
                        .spelling(node)
                        .map(|word| format!("write \"{word}\" if the word is meant")),
                    _ => None,
                };
                let message = format!("a text is expected here, not {}", node.what());
                self.error(node.spot, path, DefinitionCode::InvalidValue, message).hint = spelled;
                None
            }
        }
    }

    pub(super) fn take_text(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<Name> {
        let node = object.take(key)?;
        self.text(node, &object.at(key))
    }

    /// True or false. `yes` and `no` without quotes are what other readers of YAML take them for.
    pub(super) fn flag(&mut self, node: &Node, path: &str) -> Option<bool> {
        match &node.kind {
            Kind::Bool(flag) => return Some(*flag),
            Kind::Text(word)
                if node.written.as_ref().is_some_and(|written| written.style == Style::Plain) =>
            {
                match word.to_ascii_lowercase().as_str() {
                    "yes" | "on" => return Some(true),
                    "no" | "off" => return Some(false),
                    _ => {}
                }
            }
            _ => {}
        }
        self.unfit(node, path, "`true` or `false`");
        None
    }

    pub(super) fn take_flag(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<bool> {
        let node = object.take(key)?;
        self.flag(node, &object.at(key))
    }

    pub(super) fn take_integer(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<i64> {
        let node = object.take(key)?;
        match &node.kind {
            Kind::Number(number) if number.as_i64().is_some() => number.as_i64(),
            _ => {
                self.unfit(node, &object.at(key), "a whole number");
                None
            }
        }
    }

    pub(super) fn take_count(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<usize> {
        let node = object.take(key)?;
        let count = match &node.kind {
            Kind::Number(number) => number.as_u64().and_then(|count| usize::try_from(count).ok()),
            _ => None,
        };
        if count.is_none() {
            self.unfit(node, &object.at(key), "a whole number from 0 on");
        }
        count
    }

    /// The items of a list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, path: &str) -> &'n [Node] {
        match &node.kind {
            Kind::List(items) => items,
            _ => {
                self.unfit(node, path, "a list");
                &[]
            }
        }
    }

    /// The items of a list, each with its path; none, if there is no such key.
    pub(super) fn take_list<'n>(
        &mut self,
        object: &mut Object<'n>,
        key: &'static str,
    ) -> Vec<(String, &'n Node)> {
        let Some(node) = object.take(key) else { return Vec::new() };
        let path = object.at(key);
        let items = self.list(node, &path);
        items.iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item)).collect()
    }

    pub(super) fn take_texts(&mut self, object: &mut Object<'_>, key: &'static str) -> Vec<Name> {
        let items = self.take_list(object, key);
        items.into_iter().filter_map(|(path, item)| self.text(item, &path)).collect()
    }

    /// The entries of a mapping from text to text.
    pub(super) fn take_pairs(&mut self, object: &mut Object<'_>, key: &'static str) -> Vec<(Name, Name)> {
        let Some(node) = object.take(key) else { return Vec::new() };
        let path = object.at(key);
        let Kind::Map(entries) = &node.kind else {
            self.unfit(node, &path, "a mapping of names");
            return Vec::new();
        };
        let pair = |entry: &crate::load::source::Entry| {
            let value = self.text(&entry.value, &format!("{path}.{}", entry.key))?;
            Some((Name::from(entry.key.as_str()), value))
        };
        entries.iter().filter_map(pair).collect()
    }

    /// One of several words.
    pub(super) fn take_word<T: Copy>(
        &mut self,
        object: &mut Object<'_>,
        key: &'static str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let node = object.take(key)?;
        self.word(node, &object.at(key), words)
    }

    pub(super) fn word<T: Copy>(&mut self, node: &Node, path: &str, words: &[(&str, T)]) -> Option<T> {
        let word = self.text(node, path)?;
        let found = words.iter().find(|(known, _)| **known == *word).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(known, _)| format!("`{known}`")).collect();
            let meant = closest(&word, words.iter().map(|(known, _)| *known));
            let message = format!("`{word}` is not known here; it may be {}", known.join(", "));
            self.error(node.spot, path, DefinitionCode::InvalidValue, message).hint =
                meant.map(|meant| format!("did you mean `{meant}`?"));
        }
        found
    }

    /// Any value of JSON.
    pub(super) fn value(&mut self, node: &Node, path: &str) -> Value {
        if let Some(tagged) = node.tag_inside() {
            let message = "a tag means nothing here";
            self.error(tagged.spot, path, DefinitionCode::InvalidValue, message);
        }
        node.to_value()
    }

    pub(super) fn take_value(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<Value> {
        let node = object.take(key)?;
        Some(self.value(node, &object.at(key)))
    }

    /// Something that must be there.
    pub(super) fn missing(&mut self, object: &Object<'_>, key: &str, message: impl Into<String>) {
        self.error(object.spot, object.at(key), DefinitionCode::Missing, message);
    }
}
