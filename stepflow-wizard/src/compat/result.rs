//! The result of the original's `advance`: fifteen fields.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::{metadata, write};
use crate::command::is_sure;
use crate::error::WizardError;
use crate::outcome::Outcome;
use crate::record::Trigger;
use crate::{Definition, Env, Map};

/// What the original's `advance` gives: the same fifteen fields, made from an [`Outcome`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AdvanceResult {
    /// The state, in the original's shape.
    pub state: Value,
    /// The current stage.
    pub stage_name: String,
    /// Its prompt, as it was written. The rendered one is in the metadata.
    pub stage_prompt: String,
    /// Its schema.
    pub stage_schema: Option<Value>,
    /// Its suggestions, as they were written. The rendered ones are in the metadata.
    pub suggestions: Vec<String>,
    /// Whether it can be skipped.
    pub can_skip: bool,
    /// Whether there is a way back.
    pub can_go_back: bool,
    /// Whether the wizard is finished.
    pub completed: bool,
    /// Whether another stage is current than before.
    pub transitioned: bool,
    /// The stage before, if so.
    pub from_stage: Option<String>,
    /// What stages had to say that were passed without stopping.
    pub auto_advance_messages: Vec<String>,
    /// Where the wizard stands.
    pub metadata: Map,
    /// What was found in a text, if the answer was one.
    pub extraction: Option<Value>,
    /// Required fields that were not found, if the answer was a text.
    pub missing_fields: Option<BTreeSet<String>>,
    /// Fields that changed, if the answer was a text.
    pub changed_fields: Option<BTreeSet<String>>,
}

impl AdvanceResult {
    /// The fifteen fields of an outcome.
    ///
    /// # Errors
    ///
    /// A text cannot be rendered.
    pub fn of(definition: &Definition, outcome: &Outcome, env: &Env) -> Result<Self, WizardError> {
        let _ = env;
        let (state, view) = (&outcome.state, &outcome.view);
        let stage = definition.stage(&view.flow, &view.stage);
        let moved = outcome.moved.as_ref();
        // A skip that led nowhere counts as a move in the original, and so does whatever comes round to the same stage.
        let moved = moved.filter(|moved| moved.from != moved.to || moved.trigger != Trigger::Restart);
        let of_text = outcome.extraction.as_ref();
        let names = |names: &BTreeSet<crate::Name>| names.iter().map(ToString::to_string).collect();
        Ok(Self {
            state: write::to_dict(definition, state),
            stage_name: view.stage.to_string(),
            stage_prompt: stage.map_or("", |stage| stage.prompt.source()).to_owned(),
            stage_schema: view.schema.as_deref().cloned(),
            suggestions: stage
                .map(|stage| stage.suggestions.iter().map(|text| text.source().to_owned()).collect())
                .unwrap_or_default(),
            can_skip: view.can_skip,
            can_go_back: view.can_go_back,
            completed: state.is_completed(),
            transitioned: moved.is_some(),
            from_stage: moved.map(|moved| moved.from.to_string()),
            auto_advance_messages: outcome.messages.clone(),
            metadata: metadata::of_view(definition, state, view, &outcome.diagnostics),
            extraction: of_text.map(|found| {
                json!({
                    "data": if found.filled.is_some() { &found.said } else { &found.values },
                    "confidence": found.confidence,
                    "errors": found.errors,
                    "is_confident": is_sure(found.confidence) && found.errors.is_empty(),
                })
            }),
            missing_fields: of_text.map(|_| names(&outcome.missing)),
            changed_fields: of_text.map(|_| names(&outcome.changed)),
        })
    }
}
