//! What one stage has collected.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Frame;
use crate::command::Source;
use crate::{Map, Name};

/// What one stage has collected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// Values that were accepted one by one.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) answers: Map,
    /// Values that followed from them before the way on was decided: set by routing functions.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) derived: Map,
    /// Values that followed from the way that was chosen: derived by the transition, set by its functions, handed back by a
    /// called flow.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) effects: Map,
    /// Values that a called flow handed back to this stage itself. They stay when the stage is answered again.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) results: Map,
    /// Values that held for one call alone, as far as the way on depended on them.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) turn: Map,
    /// Fields that functions removed from the data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) removed: Vec<Name>,
    /// What was typed and not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<Map>,
    /// Whether the answers were given as complete.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) submitted: bool,
    /// Whether the stage was passed without answering.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) skipped: bool,
    /// Whether the answers count as data although the stage is open again.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) reopened: bool,
    /// Whether the answers were shown and wait to be confirmed.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) unconfirmed: bool,
    /// Whether answers were ever confirmed here.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) confirmed: bool,
    /// The revision in which it was last written.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) touched: u64,
    /// How often the stage's message was said.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) renders: u64,
    /// Roughly how many bytes it is.
    #[serde(skip_serializing_if = "is_nothing")]
    pub(crate) weight: usize,
    /// Where values come from, where it is not the person, field by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) sources: BTreeMap<Name, Source>,
    /// The items of a collection.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) items: Vec<Item>,
    /// The flow that was called here and came back: its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) returned: Option<Name>,
    /// The flow that was called here, as it was left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left: Option<Box<Frame>>,
}

impl Page {
    /// Values that were accepted.
    #[must_use]
    pub fn answers(&self) -> &Map {
        &self.answers
    }

    /// Values that followed from them: set by functions, derived, handed back by a called flow.
    pub fn followed(&self) -> impl Iterator<Item = (&String, &serde_json::Value)> {
        let before = self.results.iter().chain(&self.derived);
        before.filter(|(name, _)| !self.effects.contains_key(*name)).chain(&self.effects)
    }

    /// What was typed and not accepted.
    #[must_use]
    pub fn draft(&self) -> Option<&Map> {
        self.draft.as_ref()
    }

    /// Whether the answers were given as complete.
    #[must_use]
    pub fn is_submitted(&self) -> bool {
        self.submitted && !self.reopened
    }

    /// Whether the stage was passed without answering.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        self.skipped && !self.reopened
    }

    /// Whether the stage needs nothing more: it was answered or skipped, and was not opened again since.
    pub(crate) fn is_settled(&self) -> bool {
        (self.submitted || self.skipped) && !self.reopened
    }

    /// The items of a collection.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Where the value of a field comes from, if it has one.
    #[must_use]
    pub fn source(&self, field: &str) -> Option<Source> {
        self.answers.get(field)?;
        Some(self.sources.get(field).copied().unwrap_or(Source::Given))
    }
}

/// One item of a collection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Item {
    /// Twelve hexadecimal digits.
    pub id: Name,
    /// Its fields.
    pub values: Map,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_nothing(value: &usize) -> bool {
    *value == 0
}
