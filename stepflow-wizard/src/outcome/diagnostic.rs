//! What the author of a definition may want to know about a call.

use std::fmt;

use crate::Name;

/// Something that the author of a definition may want to know. It is no mistake of the person who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of thing it is.
    pub code: DiagnosticCode,
    /// The stage it is about.
    pub stage: Name,
    /// What happened.
    pub message: String,
}

impl Diagnostic {
    pub(crate) fn new(code: DiagnosticCode, stage: Name, message: impl Into<String>) -> Self {
        Self { code, stage, message: message.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage, self.message)
    }
}

/// What kind of thing a [`Diagnostic`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DiagnosticCode {
    /// More stages in a row pass without stopping than the limit allows.
    AutoAdvanceLimit,
    /// A condition failed and counted as false.
    ConditionFailed,
    /// A value could not be derived, and was left out.
    DeriveSkipped,
    /// The wizard stays because the extractor was not sure.
    LowConfidence,
    /// The way that was asked for is not open.
    NavigationRefused,
    /// The answers are complete, and no condition holds.
    NoWayOn,
    /// The answers of a stage are not valid any more; it is open again.
    Reopened,
    /// A suggestion could not be rendered, and is shown as it was written.
    SuggestionFailed,
    /// Fields were given that nobody asked for.
    UnknownFields,
}
