//! What a schema says about extraction, for all fields and for one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// How extracted values are treated, for all fields: `settings.extraction_hints`.
///
/// ```
/// use stepflow_wizard::values::ExtractionHints;
///
/// let hints: ExtractionHints = serde_json::from_str(r#"{ "reject_unmatched": false }"#)?;
/// assert!(hints.enum_normalize && !hints.reject_unmatched);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtractionHints {
    /// Whether text is matched to the nearest of a field's choices.
    pub enum_normalize: bool,
    /// How much of the words has to agree for such a match, from 0 to 1.
    pub normalize_threshold: f64,
    /// Whether text that is none of the choices is refused.
    pub reject_unmatched: bool,
    /// Whether a missing yes or no is read from the words of the message.
    pub boolean_recovery: bool,
}

impl Default for ExtractionHints {
    /// Matching from 0.7 on, refusing what does not match, and reading yes and no.
    fn default() -> Self {
        Self {
            enum_normalize: true,
            normalize_threshold: 0.7,
            reject_unmatched: true,
            boolean_recovery: true,
        }
    }
}

/// What a field's schema says under `x-extraction`; what is not said there is as for all fields.
///
/// ```
/// use stepflow_wizard::values::{FieldHints, GroundingMode};
///
/// let hints: FieldHints = serde_json::from_str(r#"{ "grounding": "exact", "empty_allowed": true }"#)?;
/// assert_eq!(hints.grounding, Some(GroundingMode::Exact));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldHints {
    /// Whether text is matched to the nearest choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// How much of the words has to agree for such a match, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalize_threshold: Option<f64>,
    /// Whether text that is none of the choices is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject_unmatched: Option<bool>,
    /// How it is decided whether the person said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grounding: Option<GroundingMode>,
    /// Whether an empty value may replace another without a word about it.
    pub empty_allowed: bool,
    /// How many of the value's words have to be in the message, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_threshold: Option<f64>,
    /// Whether a yes or no also has to agree with the message in direction; it does, if this is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_direction: Option<bool>,
    /// The words that negate, instead of the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negation_keywords: Option<BTreeSet<String>>,
    /// How many words a negation may be away from the field's own words; 0 is anywhere.
    pub negation_proximity: usize,
    /// Whether a missing yes or no is read from the words of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boolean_recovery: Option<bool>,
    /// The words that mean yes, instead of the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affirmative_signals: Option<BTreeSet<String>>,
    /// The phrases that mean yes, instead of the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affirmative_phrases: Option<BTreeSet<String>>,
    /// The words that mean no, instead of the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_signals: Option<BTreeSet<String>>,
    /// The phrases that mean no, instead of the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_phrases: Option<BTreeSet<String>>,
}

/// How it is decided whether a person said what was extracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroundingMode {
    /// The value stands in the message, word for word.
    Exact,
    /// The extractor is trusted.
    Fuzzy,
    /// Nothing is looked at.
    Skip,
}
