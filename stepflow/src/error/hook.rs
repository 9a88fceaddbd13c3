//! A hook failed.

use std::fmt;

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{BoxError, chain};

/// Which event a hook was handling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A step has ended, one way or another.
    StepFinished,
    /// A step is about to be approved and run.
    StepStarted,
    /// The run has ended, one way or another.
    WorkflowFinished,
    /// The run begins, or goes on after a pause.
    WorkflowStarted,
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StepFinished => "StepFinished",
            Self::StepStarted => "StepStarted",
            Self::WorkflowFinished => "WorkflowFinished",
            Self::WorkflowStarted => "WorkflowStarted",
        })
    }
}

/// A hook failed while it handled an event; its own error is the [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
#[error("hook {} failed while handling {event}{}", .hook + 1, .step_name.as_ref().map(|step| format!(" of step `{step}`")).unwrap_or_default())]
pub struct HookError {
    pub(crate) event: EventKind,
    pub(crate) step_name: Option<String>,
    pub(crate) hook: usize,
    pub(crate) source: BoxError,
}

impl HookError {
    /// The event.
    #[must_use]
    pub fn event(&self) -> EventKind {
        self.event
    }

    /// The step that the event was about, if it was about one.
    #[must_use]
    pub fn step_name(&self) -> Option<&str> {
        self.step_name.as_deref()
    }

    /// Which hook, counted from 0 in the order in which they were added.
    #[must_use]
    pub fn hook(&self) -> usize {
        self.hook
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    event: EventKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step_name: Option<String>,
    hook: usize,
    /// The hook's own error and what caused it.
    causes: Vec<String>,
}

impl Serialize for HookError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let causes = chain(&*self.source).collect();
        let saved = Saved { event: self.event, step_name: self.step_name.clone(), hook: self.hook, causes };
        saved.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for HookError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { event, step_name, hook, causes } = Saved::deserialize(deserializer)?;
        let source =
            super::saved::CauseText::chain(causes).map_or_else(|| "no cause was recorded".into(), Into::into);
        Ok(Self { event, step_name, hook, source })
    }
}
