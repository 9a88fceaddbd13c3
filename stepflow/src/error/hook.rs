//! A hook failed.

use std::fmt;

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{BoxError, chain};

/// Which event a hook was handling.
///
/// ```
/// use stepflow::{EventKind, Run, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let mut finished = 0;
/// let run = Run::new(Parcel { state: 0 });
/// run.on_event(|event| finished += u32::from(event.kind() == EventKind::StepFinished)).run();
/// assert_eq!(finished, 1);
/// assert_eq!(EventKind::StepFinished.to_string(), "StepFinished");
/// ```
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
///
/// ```
/// use std::error::Error;
/// use stepflow::{EventKind, Run, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let result = Run::new(Parcel { state: 0 })
///     .on_event(|_| ())
///     .on_event(|event| if event.step_name().is_some() { Err("the disk is full") } else { Ok(()) })
///     .run();
///
/// let error = &result.hook_errors()[0];
/// assert_eq!((error.event(), error.step_name(), error.hook()), (EventKind::StepStarted, Some("weigh"), 1));
/// assert_eq!(error.to_string(), "hook 2 failed while handling StepStarted of step `weigh`");
/// assert_eq!(error.source().ok_or("what the hook said")?.to_string(), "the disk is full");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
