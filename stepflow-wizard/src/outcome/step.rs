//! The current stage, as it is to be shown.

use std::sync::Arc;

use serde_json::Value;

use crate::state::Item;
use crate::{Map, Name, StageKind};

/// The current stage, as it is to be shown.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StageView {
    /// The path of its flow; empty for the main one.
    pub flow: Name,
    /// Its name.
    pub stage: Name,
    /// What people see as its title.
    pub title: Name,
    /// What stages had to say that were passed without stopping on the way here.
    pub messages: Vec<String>,
    /// What it asks. It is text, not markup: escape it where it is shown.
    pub prompt: Name,
    /// More about the question.
    pub help: Option<Name>,
    /// What it is for.
    pub kind: StageKind,
    /// JSON Schema of the answers.
    pub schema: Option<Arc<Value>>,
    /// Answers to choose from with one click.
    pub suggestions: Vec<Name>,
    /// What the form shows: what was typed last, over what was accepted, over the schema's defaults.
    pub values: Map,
    /// The items collected so far, for a stage that collects.
    pub items: Vec<Item>,
    /// Whether it can be passed without answering.
    pub can_skip: bool,
    /// Whether there is a stage to go back to, and a way.
    pub can_go_back: bool,
    /// How much of the wizard is done: 0 to 1.
    pub progress: f64,
    /// How many flows deep it is; zero in the main one.
    pub depth: usize,
    /// The stages of the main flow, in the order of the definition.
    pub roadmap: Vec<RoadmapEntry>,
}

/// One stage of the main flow, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoadmapEntry {
    /// Its name.
    pub stage: Name,
    /// What people see as its title.
    pub title: Name,
    /// How it stands.
    pub standing: Standing,
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// It is answered.
    Completed,
    /// It is the current one.
    Current,
    /// With the answers so far, no way leads there.
    NotApplicable,
    /// It is still to come, or may be.
    Pending,
    /// It was passed without answering.
    Skipped,
}

impl Standing {
    /// `completed`, `current`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Current => "current",
            Self::NotApplicable => "not_applicable",
            Self::Pending => "pending",
            Self::Skipped => "skipped",
        }
    }
}
