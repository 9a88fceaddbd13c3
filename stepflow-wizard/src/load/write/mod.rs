//! From a definition back to its text.

mod parts;
mod settings;
mod stage;
mod transition;
mod wizard;
#[cfg(feature = "yaml")]
mod yaml;

use std::collections::BTreeMap;

use serde_json::Value;
use thiserror::Error;

use super::source::{Entry, Kind, Node, Spot};
use crate::Name;
use crate::definition::Blueprint;

/// Why a definition has no text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The ways on of a flow are decided by code, which a text cannot hold.
    #[error("the ways on of the flow `{flow}` are decided by code, which cannot be written into a text")]
    Behaviour {
        /// The flow.
        flow: Name,
    },
}

/// A definition as JSON.
pub(super) fn to_value(blueprint: &Blueprint) -> Result<Value, WriteError> {
    Ok(wizard::write(blueprint)?.to_value())
}

/// A definition as YAML.
#[cfg(feature = "yaml")]
pub(super) fn to_yaml(blueprint: &Blueprint) -> Result<String, WriteError> {
    Ok(yaml::print(&wizard::write(blueprint)?))
}

/// The keys of an object, in the order in which people write them. What says nothing is left out.
#[derive(Default)]
struct Keys(Vec<Entry>);

impl Keys {
    fn put(&mut self, key: &str, value: Node) {
        self.0.push(Entry { key: key.to_owned(), spot: Spot::default(), value });
    }

    fn put_some(&mut self, key: &str, value: Option<Node>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn text(&mut self, key: &str, text: Option<&Name>) {
        self.put_some(key, text.map(|text| Node::text(&**text)));
    }

    /// A flag, unless it is as usual.
    fn flag(&mut self, key: &str, flag: bool, usual: bool) {
        if flag != usual {
            self.put(key, Node::new(Kind::Bool(flag)));
        }
    }

    fn word<T: PartialEq>(&mut self, key: &str, words: &[(&str, T)], value: &T, usual: &T) {
        if value != usual {
            self.put_some(key, word(words, value));
        }
    }

    /// A list, unless it is empty.
    fn list(&mut self, key: &str, items: impl IntoIterator<Item = Node>) {
        let items: Vec<_> = items.into_iter().collect();
        if !items.is_empty() {
            self.put(key, Node::new(Kind::List(items)));
        }
    }

    /// A mapping, unless it is empty.
    fn map(&mut self, key: &str, keys: Self) {
        if !keys.0.is_empty() {
            self.put(key, keys.node());
        }
    }

    /// Keys that the core does not read, in the order of their names.
    fn extra<'v>(&mut self, extra: impl IntoIterator<Item = (&'v String, &'v Value)>) {
        for (key, value) in extra.into_iter().collect::<BTreeMap<_, _>>() {
            self.put(key, Node::from_value(value));
        }
    }

    fn node(self) -> Node {
        Node::new(Kind::Map(self.0))
    }
}

fn word<T: PartialEq>(words: &[(&str, T)], value: &T) -> Option<Node> {
    words.iter().find(|(_, known)| known == value).map(|(word, _)| Node::text(*word))
}

fn count(count: usize) -> Node {
    Node::new(Kind::Number(count.into()))
}

fn tagged(tag: &str, value: Node) -> Node {
    Node::new(Kind::Tagged(tag.to_owned(), Box::new(value)))
}
