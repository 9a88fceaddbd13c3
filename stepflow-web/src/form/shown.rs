//! What the controls of a form show.

use serde_json::Value;
use stepflow_wizard::Map;

use super::decode::Posted;
use super::draw::plain;

/// What the controls show: what was typed and not taken, or else what is saved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) posted: Option<&'a Posted>,
    pub(crate) saved: &'a Map,
}

impl Shown<'_> {
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.posted {
            Some(posted) => posted.one(name).map(str::to_owned),
            None => self.value(name).map(plain),
        }
    }

    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        match self.posted {
            Some(posted) => posted.all(name).map(str::to_owned).collect(),
            None => self.value(name).and_then(Value::as_array).into_iter().flatten().map(plain).collect(),
        }
    }

    pub(crate) fn ticked(&self, name: &str) -> bool {
        match self.posted {
            Some(posted) => posted.one(name).is_some(),
            None => self.value(name) == Some(&Value::Bool(true)),
        }
    }

    /// How many rows a list has.
    pub(crate) fn rows(&self, name: &str) -> usize {
        match self.posted {
            Some(posted) => posted.rows(name).last().map_or(0, |last| last + 1),
            None => self.value(name).and_then(Value::as_array).map_or(0, Vec::len),
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let mut parts = name.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
        let mut value = self.saved.get(&parts.next()?)?;
        for part in parts {
            value = match value {
                Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
                other => other.get(&part)?,
            };
        }
        Some(value).filter(|value| !value.is_null())
    }
}
