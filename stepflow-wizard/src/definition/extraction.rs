//! How answers are found in a text: what a stage and the wizard say about it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Settings;
use crate::values::{ExtractionHints, GroundingOptions};
use crate::{Map, Name};

/// What a stage says about finding its answers in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct ExtractionSettings {
    /// Whether the text itself is the answer.
    pub capture: Capture,
    /// How much of a conversation is looked at.
    pub scope: Option<ExtractionScope>,
    /// Whether a new value must be found in the text before it replaces another; `None` leaves it to the wizard.
    pub grounding: Option<bool>,
    /// Whether what is missing is looked for again by other means.
    pub recovery_enabled: bool,
    /// The model that is asked.
    pub model: Option<Name>,
}

impl Default for ExtractionSettings {
    fn default() -> Self {
        Self { capture: Capture::Auto, scope: None, grounding: None, recovery_enabled: true, model: None }
    }
}

/// Whether a text is taken as the answer, as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capture {
    /// When the stage asks for one free text and nothing else.
    #[default]
    Auto,
    /// Never.
    Extract,
    /// Always.
    Verbatim,
}

/// How much of a conversation is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExtractionScope {
    /// The message alone.
    CurrentMessage,
    /// The last few messages.
    RecentMessages,
    /// All messages since the wizard began.
    #[default]
    WizardSession,
}

/// How answers are found in texts, for a whole wizard: the settings of a definition file by the same names.
///
/// ```
/// use stepflow_wizard::{ExtractionPolicy, Recovery, Settings};
///
/// let policy = ExtractionPolicy {
///     recovery: vec![Recovery::BooleanRecovery, Recovery::FocusedRetry],
///     focused_retries: 2,
///     ..ExtractionPolicy::default()
/// };
/// let settings = Settings::default().extraction(&policy);
/// assert_eq!(settings.extraction_policy(), policy);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct ExtractionPolicy {
    /// How much of a conversation is looked at (`extraction_scope`).
    pub scope: ExtractionScope,
    /// How many earlier messages count as recent (`scope_escalation.recent_messages_count`).
    pub recent_messages: usize,
    /// Whether an answer is replaced only by what the person's words bear out (`extraction_grounding`).
    pub grounding: bool,
    /// How that is decided (`grounding_overlap_threshold`).
    pub overlap: GroundingOptions,
    /// Whether grounding is left to the merge filter, where there is one (`skip_builtin_grounding`).
    pub skip_builtin_grounding: bool,
    /// How values are brought into the form of the schema (`extraction_hints`).
    pub hints: ExtractionHints,
    /// What is tried, in this order, while required answers are missing (`recovery.pipeline`).
    pub recovery: Vec<Recovery>,
    /// How often the extractor is asked for what is missing alone (`recovery.focused_retry`); 0 is never.
    pub focused_retries: usize,
    /// How much of the conversation is looked at when answers are missing (`scope_escalation`); `None` is no more.
    pub escalation: Option<ExtractionScope>,
    /// Whether fields of which something else is said than before are told (`log_conflicts`).
    pub conflicts: bool,
}

impl Default for ExtractionPolicy {
    fn default() -> Self {
        Self {
            scope: ExtractionScope::WizardSession,
            recent_messages: 3,
            grounding: true,
            overlap: GroundingOptions::default(),
            skip_builtin_grounding: false,
            hints: ExtractionHints::default(),
            recovery: vec![Recovery::Derivation, Recovery::ScopeEscalation],
            focused_retries: 0,
            escalation: None,
            conflicts: true,
        }
    }
}

/// Something that is tried while required answers are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Recovery {
    /// A missing yes or no is read from the words of the message.
    BooleanRecovery,
    /// Nothing is done here: a conversation asks the person.
    Clarification,
    /// Missing answers are derived from those that are there.
    Derivation,
    /// The extractor is asked for the missing fields alone.
    FocusedRetry,
    /// The extractor is asked to look at more of the conversation.
    ScopeEscalation,
}

impl Settings {
    /// How answers are found in texts: the usual, where these settings say nothing that can be understood.
    #[must_use]
    pub fn extraction_policy(&self) -> ExtractionPolicy {
        let usual = ExtractionPolicy::default();
        let extra = &self.extra;
        let retry = &part(extra, "recovery")["focused_retry"];
        let escalation = part(extra, "scope_escalation");
        let threshold = read(extra.get("grounding_overlap_threshold"));
        ExtractionPolicy {
            scope: read(extra.get("extraction_scope")).unwrap_or(usual.scope),
            recent_messages: read(escalation.get("recent_messages_count")).unwrap_or(usual.recent_messages),
            grounding: read(extra.get("extraction_grounding")).unwrap_or(usual.grounding),
            overlap: threshold
                .map_or(usual.overlap, |overlap_threshold| GroundingOptions { overlap_threshold }),
            skip_builtin_grounding: read(extra.get("skip_builtin_grounding")).unwrap_or(false),
            hints: read(extra.get("extraction_hints")).unwrap_or(usual.hints),
            recovery: strategies(extra).unwrap_or(usual.recovery),
            focused_retries: match read(retry.get("enabled")) {
                Some(true) => read(retry.get("max_retries")).unwrap_or(1),
                _ => 0,
            },
            escalation: read(escalation.get("enabled")).filter(|enabled| *enabled).map(|_| wider(escalation)),
            conflicts: read(extra.get("log_conflicts")).unwrap_or(usual.conflicts),
        }
    }

    /// The same settings, with this way of finding answers in texts.
    #[must_use]
    pub fn extraction(mut self, policy: &ExtractionPolicy) -> Self {
        let said = [
            ("extraction_scope", json!(policy.scope)),
            ("extraction_grounding", json!(policy.grounding)),
            ("grounding_overlap_threshold", json!(policy.overlap.overlap_threshold)),
            ("skip_builtin_grounding", json!(policy.skip_builtin_grounding)),
            ("extraction_hints", json!(policy.hints)),
            ("log_conflicts", json!(policy.conflicts)),
            (
                "scope_escalation",
                json!({
                    "enabled": policy.escalation.is_some(),
                    "escalation_scope": policy.escalation.unwrap_or_default(),
                    "recent_messages_count": policy.recent_messages,
                }),
            ),
        ];
        self.extra.extend(said.map(|(key, value)| (key.to_owned(), value)));
        let recovery = self.extra.entry("recovery").or_insert_with(|| json!({}));
        if !recovery.is_object() {
            *recovery = json!({});
        }
        recovery["pipeline"] = json!(policy.recovery);
        recovery["focused_retry"] =
            json!({ "enabled": policy.focused_retries > 0, "max_retries": policy.focused_retries });
        self
    }
}

/// The strategies that are known.
fn strategies(extra: &Map) -> Option<Vec<Recovery>> {
    let pipeline = part(extra, "recovery").get("pipeline")?.as_array()?;
    Some(pipeline.iter().filter_map(|strategy| read(Some(strategy))).collect())
}

/// The scope that is gone over to; the narrowest would be none.
fn wider(escalation: &Value) -> ExtractionScope {
    let scope: Option<ExtractionScope> = read(escalation.get("escalation_scope"));
    scope.filter(|scope| *scope > ExtractionScope::CurrentMessage).unwrap_or_default()
}

fn part<'a>(extra: &'a Map, key: &str) -> &'a Value {
    extra.get(key).unwrap_or(&Value::Null)
}

fn read<T: for<'v> Deserialize<'v>>(value: Option<&Value>) -> Option<T> {
    T::deserialize(value?).ok()
}
