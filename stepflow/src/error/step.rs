//! Why a step failed.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{BoxError, ChildWorkflowError, HookError, SavedError};

/// Why a step failed: the step's own error, or what kept it from running.
///
/// Its text is the cause's own text, and [`source`](Error::source) goes on where that cause does.
///
/// ```
/// use stepflow::{ErrorKind, StepError};
///
/// let error = StepError::from_body("disk full");
/// assert_eq!(error.kind(), ErrorKind::Step);
/// assert_eq!(error.to_string(), "disk full");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The approval handler itself failed; its error is kept as it is.
    #[error(transparent)]
    ApprovalHandler(BoxError),
    /// A gated step had no approval.
    #[error(transparent)]
    ApprovalRequired(Box<ApprovalRequiredError>),
    /// The engine was driven against its contract, or a hand-written workflow broke its own.
    #[error(transparent)]
    Engine(Box<EngineError>),
    /// A hook failed on one of the step's events.
    #[error(transparent)]
    Hook(Arc<HookError>),
    /// The body panicked.
    #[error(transparent)]
    Panicked(PanicError),
    /// The output leads nowhere.
    #[error(transparent)]
    RouteResolution(Box<RouteResolutionError>),
    /// The step was visited more often than the workflow allows.
    #[error(transparent)]
    VisitLimit(Box<VisitLimitError>),
    /// An attempt took longer than it may.
    #[error(transparent)]
    Timeout(TimeoutError),
    /// An error that was read back from JSON: texts and kind, no longer the value.
    #[error(transparent)]
    Saved(Box<SavedError>),
    /// The body returned this error.
    #[error(transparent)]
    Step(BoxError),
}

impl StepError {
    /// The error that a step's body returned.
    pub fn from_body(error: impl Into<BoxError>) -> Self {
        Self::Step(error.into())
    }

    /// What kind of failure it is, also after a round trip through JSON.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::ApprovalHandler(_) => ErrorKind::ApprovalHandler,
            Self::ApprovalRequired(_) => ErrorKind::ApprovalRequired,
            Self::Engine(_) => ErrorKind::Engine,
            Self::Hook(_) => ErrorKind::HookExecution,
            Self::Panicked(_) => ErrorKind::Panicked,
            Self::RouteResolution(_) => ErrorKind::RouteResolution,
            Self::Saved(saved) => saved.kind(),
            Self::Step(error) if error.is::<ChildWorkflowError>() => ErrorKind::ChildWorkflow,
            Self::Step(_) => ErrorKind::Step,
            Self::Timeout(_) => ErrorKind::Timeout,
            Self::VisitLimit(_) => ErrorKind::VisitLimit,
        }
    }

    /// The cause as the type it was returned as; `None` when it is another type or was read back from
    /// JSON.
    ///
    /// ```
    /// use stepflow::StepError;
    ///
    /// let error = StepError::from_body(std::io::Error::other("gone"));
    /// assert!(error.downcast_ref::<std::io::Error>().is_some());
    /// assert!(error.downcast_ref::<std::fmt::Error>().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::ApprovalHandler(error) | Self::Step(error) => error.downcast_ref(),
            Self::ApprovalRequired(error) => (&**error as &dyn Error).downcast_ref(),
            Self::Engine(error) => (&**error as &dyn Error).downcast_ref(),
            Self::Hook(error) => (&**error as &dyn Error).downcast_ref(),
            Self::Panicked(error) => (error as &dyn Error).downcast_ref(),
            Self::RouteResolution(error) => (&**error as &dyn Error).downcast_ref(),
            Self::Saved(error) => (&**error as &dyn Error).downcast_ref(),
            Self::Timeout(error) => (error as &dyn Error).downcast_ref(),
            Self::VisitLimit(error) => (&**error as &dyn Error).downcast_ref(),
        }
    }
}

/// What kind of failure a [`StepError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The approval handler failed.
    ApprovalHandler,
    /// Somebody stopped the run.
    Cancelled,
    /// Denied, or nobody there to ask.
    ApprovalRequired,
    /// A child workflow failed.
    ChildWorkflow,
    /// The definition cannot be run.
    Definition,
    /// The engine was driven against its contract.
    Engine,
    /// A hook failed.
    HookExecution,
    /// The body panicked.
    Panicked,
    /// The output leads nowhere.
    RouteResolution,
    /// The step's own error.
    Step,
    /// An attempt took longer than it may.
    Timeout,
    /// A step was visited more often than the workflow allows.
    VisitLimit,
}

/// A gated step had no approval (reference items 44, 45 and 61).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApprovalRequiredError {
    /// The parent pauses at its own gates, but a child that a step's body runs cannot be paused.
    #[error(
        "step `{step}` needs an approval, but a workflow that runs inside a step cannot pause its parent; \
         give the child an approval handler, or gate the parent's step instead"
    )]
    CannotPauseParent {
        /// The gated step of the child.
        step: String,
    },
    /// Somebody said no.
    #[error("approval denied for step `{step}`{}{}", by(.decided_by.as_ref()), because(.reason.as_ref()))]
    Denied {
        /// The gated step.
        step: String,
        /// Who said so.
        decided_by: Option<String>,
        /// Why.
        reason: Option<String>,
    },
    /// There is no handler and the run does not pause.
    #[error(
        "step `{step}` needs an approval, but the run has no approval handler and does not pause for one"
    )]
    NoHandler {
        /// The gated step.
        step: String,
    },
}

fn by(who: Option<&String>) -> String {
    who.map(|who| format!(" by {who}")).unwrap_or_default()
}

fn because(reason: Option<&String>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// A routed step's output is no key of its routes (reference item 36). The output is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step `{step}` returned `{key}`, which is none of its routes ({})", .known.join(", "))]
#[non_exhaustive]
pub struct RouteResolutionError {
    /// The step.
    pub step: String,
    /// What it returned, as text.
    pub key: String,
    /// The keys that lead somewhere.
    pub known: Vec<String>,
}

/// An attempt at a step took longer than it may. It is tried again like any other failure, unless
/// `retry(timeouts = false)` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("timed out after {limit:?}")]
#[non_exhaustive]
pub struct TimeoutError {
    /// How long it was given.
    pub limit: Duration,
}

/// A step was to run more often than the workflow's `max_visits` allows. The step that led there fails
/// with it, and keeps its output.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step `{step}` has run {visits} times, as often as `max_visits` allows, and was to run again")]
#[non_exhaustive]
pub struct VisitLimitError {
    /// The step that was to run again.
    pub step: String,
    /// How often it has run.
    pub visits: u32,
}

/// Somebody stopped the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the run was cancelled")]
#[non_exhaustive]
pub struct CancelledError;

/// Something panicked inside a run; the panic went no further than this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanicError {
    message: Box<str>,
}

impl PanicError {
    /// What the panic said; "no message" when it carried no text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self { message: text.unwrap_or("no message").into() }
    }
}

impl fmt::Display for PanicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "panicked: {}", self.message)
    }
}

impl Error for PanicError {}

/// A driver or a hand-written workflow did what the engine cannot go on from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EngineError {
    /// A target leads to its own step or to an earlier one.
    #[error("a target leads back to the step at position {index}; a target must be a later step")]
    NotLater {
        /// The position, counted from 0.
        index: usize,
    },
    /// The engine was told something that it did not ask for.
    #[error("the engine was told {input} while it was {phase}")]
    UnexpectedInput {
        /// What it was told.
        input: Cow<'static, str>,
        /// What it was doing.
        phase: Cow<'static, str>,
    },
    /// The definition has more steps than the workflow can run, or a target leads nowhere.
    #[error("there is no step at position {index}")]
    UnknownStep {
        /// The position, counted from 0.
        index: usize,
    },
}
