//! One flow being walked.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Page;
use crate::{Map, Name};

/// One flow being walked: where it is, what its stages have collected, and how it came here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub(crate) flow: Name,
    pub(crate) stage: Name,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) initial: Map,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) pages: BTreeMap<Name, Page>,
    /// The stages visited, the current one last.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) visits: VecDeque<Visit>,
    /// Where it goes when it ends; `None` for the main flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) back_to: Option<Return>,
}

impl Frame {
    pub(crate) fn new(flow: Name, stage: Name, initial: Map) -> Self {
        Self { flow, stage, initial, pages: BTreeMap::new(), visits: VecDeque::new(), back_to: None }
    }

    /// The path of the flow; empty for the main one.
    #[must_use]
    pub fn flow(&self) -> &str {
        &self.flow
    }

    /// The current stage.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// The data that the flow began with.
    #[must_use]
    pub fn initial(&self) -> &Map {
        &self.initial
    }

    /// What a stage has collected.
    #[must_use]
    pub fn page(&self, stage: &str) -> Option<&Page> {
        self.pages.get(stage)
    }

    /// The stages visited, the oldest first and the current one last, as far as they are kept.
    pub fn visits(&self) -> impl DoubleEndedIterator<Item = &Visit> + ExactSizeIterator {
        self.visits.iter()
    }

    /// Where it goes when it ends; `None` for the main flow.
    #[must_use]
    pub fn back_to(&self) -> Option<&Return> {
        self.back_to.as_ref()
    }
}

/// One visit of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Visit {
    /// The stage.
    pub stage: Name,
    /// Whether the person stopped there.
    #[serde(default, skip_serializing_if = "VisitKind::is_stop")]
    pub kind: VisitKind,
    /// When.
    pub at: Timestamp,
    /// The stages that this visit opened again, because it came round to them a second time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reopened: Vec<Name>,
}

/// Whether a person stopped at a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VisitKind {
    /// It was passed without stopping; going back passes over it too.
    Passed,
    /// The person stopped there.
    #[default]
    Stop,
}

impl VisitKind {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    fn is_stop(&self) -> bool {
        *self == Self::Stop
    }
}

/// Where a called flow goes when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Return {
    /// The stage that called it.
    pub from: Name,
    /// The name it was called by.
    pub network: Name,
    /// Where the caller goes on; `None` when the result is the calling stage's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Name>,
    /// Fields handed back: the called flow's name, the caller's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<(Name, Name)>,
    /// When it was called.
    pub at: Timestamp,
}
