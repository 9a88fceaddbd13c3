//! Texts read into values that know where they stand, whichever format they were written in.

mod json;
mod locate;
mod lookup;
#[cfg(feature = "yaml")]
mod scalar;
#[cfg(feature = "yaml")]
mod slips;
mod tag;
#[cfg(feature = "yaml")]
mod yaml;

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Number, Value};

use crate::error::{DefinitionCode, Place};
use crate::{Map, Name};

pub(super) use self::json::read as read_json;
pub(super) use self::lookup::find;
#[cfg(feature = "yaml")]
pub(super) use self::scalar::{elsewhere, resolve};
pub(super) use self::tag::{EXPRESSION, LITERAL, TEMPLATE, TEST};
#[cfg(feature = "yaml")]
pub(super) use self::yaml::read as read_yaml;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) spot: Spot,
    /// How a single value was written; `None` for what was not read from a text, or stands there by an alias.
    pub(super) written: Option<Written>,
}

/// Where in which of the texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// The position among [`Sources`].
    pub(super) file: usize,
    /// `None` for what was not read from a text.
    pub(super) place: Option<Place>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// A value behind a tag of YAML.
    Tagged(String, Box<Node>),
}

/// Where a value stands in the source, in bytes, and in which style.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    pub(super) range: Range<usize>,
    pub(super) style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "yaml"), expect(dead_code, reason = "JSON has two of them"))]
pub(super) enum Style {
    /// After `|` or `>` and a line break.
    Block,
    /// Between double quotes, with backslashes.
    Double,
    /// As it stands.
    Plain,
    /// Between single quotes, which are doubled inside.
    Single,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) spot: Spot,
    pub(super) value: Node,
}

/// The texts that a definition consists of, the main one first.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) texts: Vec<Source>,
    /// Values so far, for the limit.
    pub(super) nodes: usize,
}

#[derive(Debug)]
pub(super) struct Source {
    /// The file's name, if it is one.
    pub(super) name: Option<Name>,
    pub(super) text: Arc<str>,
}

/// A text that was read.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) root: Node,
    /// What is wrong with it, where the rest can be read all the same.
    pub(super) flaws: Vec<Flaw>,
    pub(super) doubts: Vec<Doubt>,
}

/// Something in a text that reads differently elsewhere.
#[derive(Debug)]
pub(super) struct Doubt {
    pub(super) spot: Spot,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// Something that is wrong with a text.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) spot: Spot,
    pub(super) code: DefinitionCode,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Flaw {
    pub(super) fn new(spot: Spot, message: impl Into<String>) -> Self {
        Self { spot, code: DefinitionCode::Syntax, message: message.into(), hint: None }
    }

    #[cfg(feature = "yaml")]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Node {
    /// A value that stands in no text.
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, spot: Spot::default(), written: None }
    }

    pub(super) fn text(value: impl Into<String>) -> Self {
        Self::new(Kind::Text(value.into()))
    }

    /// What it is, for messages: "a list".
    pub(super) fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
            Kind::Tagged(..) => "a tagged value",
        }
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// The value as JSON. A tag becomes a mapping of one key.
    pub(super) fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Kind::Map(entries) => Value::Object(to_map(entries)),
            Kind::Tagged(tag, value) => {
                Value::Object(Map::from_iter([(format!("!{tag}"), value.to_value())]))
            }
        }
    }

    /// A value as a node, with its tags as they are written in JSON.
    pub(super) fn from_value(value: &Value) -> Self {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(value) => Kind::Bool(*value),
            Value::Number(number) => Kind::Number(number.clone()),
            Value::String(text) => return Self::text(text),
            Value::Array(items) => Kind::List(items.iter().map(Self::from_value).collect()),
            Value::Object(map) => return Self::from_map(map),
        };
        Self::new(kind)
    }

    pub(super) fn from_map(map: &Map) -> Self {
        let entry = |(key, value)| Entry {
            key: String::clone(key),
            spot: Spot::default(),
            value: Self::from_value(value),
        };
        Self::new(Kind::Map(map.iter().map(entry).collect()))
    }

    /// How many values it consists of, this one counted, and how many levels it has.
    pub(super) fn measure(&self) -> (usize, usize) {
        let sum = |nodes: &mut dyn Iterator<Item = &Self>| {
            nodes
                .map(Self::measure)
                .fold((1, 1), |(count, depth), (more, deeper)| (count + more, depth.max(deeper + 1)))
        };
        match &self.kind {
            Kind::List(items) => sum(&mut items.iter()),
            Kind::Map(entries) => sum(&mut entries.iter().map(|entry| &entry.value)),
            Kind::Tagged(_, value) => sum(&mut std::iter::once(&**value)),
            _ => (1, 1),
        }
    }
}

/// The entries as JSON.
pub(super) fn to_map(entries: &[Entry]) -> Map {
    entries.iter().map(|entry| (entry.key.clone(), entry.value.to_value())).collect()
}
