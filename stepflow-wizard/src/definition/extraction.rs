//! How answers are found in a text: what a stage says about it.

use crate::Name;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ExtractionScope {
    /// The message alone.
    CurrentMessage,
    /// The last few messages.
    RecentMessages,
    /// All messages since the wizard began.
    WizardSession,
}
