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
    /// What the step did cannot be saved; the state is the one that was saved last.
    #[error(transparent)]
    NotSaved(BoxError),
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
    ///
    /// ```
    /// use stepflow::StepError;
    ///
    /// let error = StepError::from_body(std::io::Error::other("the port is closed"));
    /// assert_eq!(error.to_string(), "the port is closed");
    /// ```
    pub fn from_body(error: impl Into<BoxError>) -> Self {
        Self::Step(error.into())
    }

    /// What kind of failure it is, also after a round trip through JSON.
    ///
    /// ```
    /// use stepflow::{ErrorKind, StepError};
    ///
    /// let error = StepError::from_body("disk full");
    /// let read: StepError = serde_json::from_str(&serde_json::to_string(&error)?)?;
    /// assert_eq!((error.kind(), read.kind()), (ErrorKind::Step, ErrorKind::Step));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::ApprovalHandler(_) => ErrorKind::ApprovalHandler,
            Self::ApprovalRequired(_) => ErrorKind::ApprovalRequired,
            Self::Engine(_) => ErrorKind::Engine,
            Self::Hook(_) => ErrorKind::HookExecution,
            Self::NotSaved(_) => ErrorKind::NotSaved,
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
            Self::ApprovalHandler(error) | Self::NotSaved(error) | Self::Step(error) => error.downcast_ref(),
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
///
/// ```
/// use stepflow::{ErrorKind, Run, workflow};
///
/// # struct Valve { state: bool }
/// # #[workflow(state = bool)]
/// # impl Valve {
/// #     #[step(approval = "Open the valve?")]
/// #     fn open(&mut self) {
/// #         self.state = true;
/// #     }
/// # }
/// let result = Run::new(Valve { state: false }).on_approval(|_| false).run();
/// let advice = match result.error_kind() {
///     Some(ErrorKind::ApprovalRequired) => "ask somebody else",
///     Some(ErrorKind::Step | ErrorKind::Timeout) => "try again tomorrow",
///     _ => "read the log",
/// };
/// assert_eq!(advice, "ask somebody else");
/// ```
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
    /// What the step did cannot be saved.
    NotSaved,
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
///
/// ```
/// use stepflow::{ApprovalDecision, ApprovalRequiredError, Run, workflow};
///
/// # struct Valve { state: bool }
/// # #[workflow(state = bool)]
/// # impl Valve {
/// #     #[step(approval = "Open the valve?")]
/// #     fn open(&mut self) {
/// #         self.state = true;
/// #     }
/// # }
/// let answer = ApprovalDecision::deny().because("the pump is off");
/// let result = Run::new(Valve { state: false }).on_approval(|_| answer.clone()).run();
/// let error = result.steps()[0].error().and_then(|error| error.downcast_ref());
/// match error {
///     Some(ApprovalRequiredError::Denied { reason, .. }) => assert_eq!(reason.as_deref(), Some("the pump is off")),
///     other => return Err(format!("not denied: {other:?}").into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use stepflow::{RouteResolutionError, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step(routes = { "small" => post, "large" => END })]
///     fn weigh(&mut self) -> &'static str {
///         "huge"
///     }
///     #[step]
///     fn post(&mut self) {}
/// }
///
/// let result = Parcel { state: () }.run();
/// let error = result.steps()[0].error().ok_or("the output leads nowhere")?;
/// assert_eq!(error.to_string(), "step `weigh` returned `huge`, which is none of its routes (small, large)");
/// let error: &RouteResolutionError = error.downcast_ref().ok_or("that is why")?;
/// assert_eq!((error.key.as_str(), &error.known[..]), ("huge", &["small".to_owned(), "large".to_owned()][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use std::time::Duration;
/// use stepflow::{RunRecord, TimeoutError};
///
/// /// How long the step was given that ran out of time.
/// fn patience(record: &RunRecord) -> Option<Duration> {
///     let error: &TimeoutError = record.steps().iter().find_map(|step| step.error()?.downcast_ref())?;
///     Some(error.limit)
/// }
/// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
/// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
/// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
/// # let at = Moment::from_nanos(0);
/// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
/// # let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
/// # engine.begin();
/// # let limit = Duration::from_secs(5);
/// # engine.handle(Input::Attempted { outcome: StepOutcome::timed_out(limit), children: vec![], at });
/// # assert_eq!(patience(engine.record()), Some(limit));
/// # assert_eq!(engine.record().steps()[0].error().ok_or("it failed")?.to_string(), "timed out after 5s");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("timed out after {limit:?}")]
#[non_exhaustive]
pub struct TimeoutError {
    /// How long it was given.
    pub limit: Duration,
}

/// A step was to run more often than the workflow's `max_visits` allows. The step that led there fails
/// with it, and keeps its output.
///
/// ```
/// use stepflow::{VisitLimitError, workflow};
///
/// struct Poll { state: u32 }
///
/// #[workflow(state = u32, max_visits = 2)]
/// impl Poll {
///     #[step(routes = { true => END, false => ask })]
///     fn ask(&mut self) -> bool {
///         self.state += 1;
///         false
///     }
/// }
///
/// let result = Poll { state: 0 }.run();
/// assert_eq!(result.state, 2);
/// let error = result.steps()[0].error().and_then(|error| error.downcast_ref::<VisitLimitError>());
/// assert_eq!(error.map(|error| (error.step.as_str(), error.visits)), Some(("ask", 2)));
/// ```
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
///
/// ```
/// use stepflow::{CancelToken, CancelledError, Run, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let token = CancelToken::new();
/// token.cancel();
/// let result = Run::new(Parcel { state: 0 }).cancel_on(token).run();
/// assert!(result.error().is_some_and(|error| error.is::<CancelledError>()));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the run was cancelled")]
#[non_exhaustive]
pub struct CancelledError;

/// Something panicked inside a run; the panic went no further than this.
///
/// ```
/// use stepflow::{PanicError, workflow};
///
/// struct Parcel { state: Vec<u32> }
///
/// #[workflow(state = Vec<u32>)]
/// impl Parcel {
///     #[step]
///     fn weigh(&mut self) {
///         self.state.push(4);
///         self.state.remove(9);
///     }
/// }
///
/// let result = Parcel { state: vec![] }.run();
/// let panic = result.steps()[0].error().and_then(|error| error.downcast_ref::<PanicError>());
/// assert!(panic.is_some_and(|panic| panic.message().contains("(is 9)")));
/// assert_eq!(result.state, [4], "as the panic left it");
/// ```
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
///
/// ```
/// use stepflow::EngineError;
/// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
/// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
/// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
/// # let at = Moment::from_nanos(0);
/// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
///
/// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
/// assert_eq!(engine.begin(), Command::Attempt { step: 0, attempt: 1 });
///
/// // It asked for an attempt, and is told about a wait.
/// assert_eq!(engine.handle(Input::Waited { at }), Command::Finish);
/// let record = engine.into_record();
/// let error = record.steps()[0].error().and_then(|error| error.downcast_ref());
/// assert!(matches!(error, Some(EngineError::UnexpectedInput { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// The run cannot be saved.
    #[error("the run cannot be saved: {why}")]
    NotSaved {
        /// Why not.
        why: String,
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
