//! Errors that were written as JSON and read back: texts, in a chain.

use std::error::Error;
use std::fmt;

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{ErrorKind, StepError, chain};

/// A step's error as it was read back from JSON: its kind, its text and the texts of its causes.
///
/// ```
/// use stepflow::{ErrorKind, SavedError, StepError};
///
/// let text = serde_json::to_string(&StepError::from_body("disk full"))?;
/// let read: StepError = serde_json::from_str(&text)?;
/// let saved: &SavedError = read.downcast_ref().ok_or("it was read back")?;
/// assert_eq!((saved.kind(), saved.to_string()), (ErrorKind::Step, "disk full".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedError {
    kind: ErrorKind,
    message: String,
    source: Option<Box<CauseText>>,
}

impl SavedError {
    /// What kind of failure it was.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for SavedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for SavedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|cause| cause as &dyn Error)
    }
}

/// One cause, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CauseText {
    message: String,
    source: Option<Box<Self>>,
}

impl CauseText {
    /// Links texts, outermost first, into one chain.
    pub(super) fn chain(texts: Vec<String>) -> Option<Box<Self>> {
        texts.into_iter().rev().fold(None, |source, message| Some(Box::new(Self { message, source })))
    }
}

impl fmt::Display for CauseText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CauseText {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|cause| cause as &dyn Error)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    kind: ErrorKind,
    message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
}

impl Serialize for StepError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut texts = chain(self);
        let message = texts.next().unwrap_or_default();
        Saved { kind: self.kind(), message, causes: texts.collect() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StepError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { kind, message, causes } = Saved::deserialize(deserializer)?;
        Ok(Self::Saved(Box::new(SavedError { kind, message, source: CauseText::chain(causes) })))
    }
}
