//! What happened in a run, whatever the type of its state.

mod saved;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{OutputError, StepHandle, StepResult};
use crate::approval::ApprovalPause;
use crate::definition::DefinitionErrors;
use crate::error::{CancelledError, EngineError, ErrorKind, HookError, StepError};
use crate::run_id::RunId;
use crate::saved::GateId;
use crate::time::Moment;

/// What happened in a run: every declared step with its result, the routes taken, the failure or the
/// pause. Hooks, stores and pages see runs as records; a
/// [`WorkflowResult`](crate::WorkflowResult) is a record beside the state.
///
/// ```
/// use stepflow::{ErrorKind, Failure, Run, WorkflowStatus, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step(routes = { "small" => post, "large" => END })]
///     fn weigh(&mut self) -> &'static str {
///         "small"
///     }
///     #[step]
///     fn post(&mut self) -> Result<(), String> {
///         Err("the box is full".to_owned())
///     }
/// }
///
/// let result = Run::new(Parcel { state: () }).run_id("p1".parse()?).run();
/// let record = result.record();
/// assert_eq!((record.workflow_name(), record.run_id()), ("Parcel", &"p1".parse()?));
/// assert_eq!(record.status(), WorkflowStatus::Failed);
/// assert_eq!((record.is_succeeded(), record.is_failed(), record.is_paused()), (false, true, false));
/// assert_eq!(record.steps().len(), 2);
/// assert_eq!(record.route_trace()[0].route_key(), "small");
///
/// assert_eq!(record.error().ok_or("it failed")?.to_string(), "the box is full");
/// assert_eq!(record.error_kind(), Some(ErrorKind::Step));
/// assert_eq!(record.failure(), Some(&Failure::Step { step_name: "post".into() }));
/// assert!(record.pause().is_none() && record.hook_errors().is_empty());
///
/// assert!(record.started_at() <= record.finished_at());
/// assert!(record.steps()[0].duration() <= Some(record.duration()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RunRecord {
    pub(crate) workflow_name: Cow<'static, str>,
    pub(crate) run_id: RunId,
    pub(crate) status: WorkflowStatus,
    pub(crate) started_at: Moment,
    pub(crate) finished_at: Moment,
    pub(crate) steps: Vec<StepResult>,
    pub(crate) route_trace: Vec<RouteDecision>,
    /// What most runs have none of, in a box, so that records stay small.
    pub(crate) rare: Option<Box<Rare>>,
}

// Up to this size a record is moved by a handful of instructions, beyond it by a call.
const _: () = assert!(size_of::<RunRecord>() <= 128);

#[derive(Debug, Default)]
pub(crate) struct Rare {
    pub(crate) pause: Option<Box<ApprovalPause>>,
    pub(crate) failure: Option<Failure>,
    pub(crate) hook_errors: Vec<Arc<HookError>>,
}

impl Rare {
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        let blank = self.pause.is_none() && self.failure.is_none() && self.hook_errors.is_empty();
        (!blank).then(|| Box::new(self))
    }
}

impl RunRecord {
    /// The record of nothing.
    pub(crate) const BLANK: Self = Self {
        workflow_name: Cow::Borrowed(""),
        run_id: RunId::NIL,
        status: WorkflowStatus::Succeeded,
        started_at: Moment::from_nanos(0),
        finished_at: Moment::from_nanos(0),
        steps: Vec::new(),
        route_trace: Vec::new(),
        rare: None,
    };

    #[cold]
    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    #[cold]
    pub(crate) fn fail(&mut self, failure: Failure) {
        self.rare_mut().failure = Some(failure);
    }

    /// The workflow's public name.
    #[must_use]
    pub fn workflow_name(&self) -> &str {
        &self.workflow_name
    }

    /// The run's id.
    #[must_use]
    pub fn run_id(&self) -> &RunId {
        &self.run_id
    }

    /// How the run ended.
    #[must_use]
    pub fn status(&self) -> WorkflowStatus {
        self.status
    }

    /// Whether every step that was to run has run.
    #[must_use]
    pub fn is_succeeded(&self) -> bool {
        self.status == WorkflowStatus::Succeeded
    }

    /// Whether the run failed.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.status == WorkflowStatus::Failed
    }

    /// Whether the run waits for a person.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.status == WorkflowStatus::Paused
    }

    /// Every declared step, in order, run or not (difference M4).
    #[must_use]
    pub fn steps(&self) -> &[StepResult] {
        &self.steps
    }

    /// The step of this public name.
    ///
    /// ```
    /// use stepflow::workflow;
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// let result = Parcel { state: 0 }.run();
    /// assert_eq!(result.step("weigh").map(|step| step.attempts()), Some(1));
    /// assert!(result.step("wiegh").is_none());
    /// ```
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&StepResult> {
        self.steps.iter().find(|step| step.name() == name)
    }

    /// The output of a step, as its own type. The handle is a constant that the macro made, so a
    /// misspelled step does not compile. After a round trip through JSON the output is decoded on the
    /// first call.
    ///
    /// # Errors
    ///
    /// When the step has no output, or the output cannot be read as `T`.
    ///
    /// ```
    /// use stepflow::workflow;
    ///
    /// struct Scale { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Scale {
    ///     #[step]
    ///     fn weigh(&mut self) -> f64 {
    ///         4.5
    ///     }
    /// }
    ///
    /// let result = Scale { state: () }.run();
    /// assert_eq!(result.output(Scale::WEIGH)?, &4.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn output<T: Send + Sync + 'static>(&self, handle: StepHandle<T>) -> Result<&T, OutputError> {
        handle.find(self)
    }

    /// The visits to steps in the order in which they happened, each visit of a loop by itself.
    ///
    /// ```
    /// use stepflow::workflow;
    ///
    /// struct Parcel { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Parcel {
    ///     #[step(next = ship)]
    ///     fn weigh(&mut self) {}
    ///     #[step(next = END)]
    ///     fn ship(&mut self) {}
    /// }
    ///
    /// let result = Parcel { state: () }.run();
    /// let path: Vec<&str> = result.path().iter().map(|step| step.name()).collect();
    /// assert_eq!(path, ["weigh", "ship"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> Vec<&StepResult> {
        let visits = self.steps.iter().flat_map(|step| step.earlier_visits().iter().chain([step]));
        let mut path: Vec<_> = visits.filter(|visit| visit.sequence().is_some()).collect();
        path.sort_by_key(|visit| visit.sequence());
        path
    }

    /// The routes taken, one entry for each routed step that ran.
    #[must_use]
    pub fn route_trace(&self) -> &[RouteDecision] {
        &self.route_trace
    }

    /// Where a paused run waits, and for what.
    #[must_use]
    pub fn pause(&self) -> Option<&ApprovalPause> {
        self.rare.as_ref()?.pause.as_deref()
    }

    /// The question that a paused run waits for an answer to.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// let paused = Run::new(Valve { state: false }).run_id("night-shift".parse()?).pause_on_approval().run();
    /// assert_eq!(paused.gate().ok_or("it waits")?.to_string(), "night-shift/open/1/1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn gate(&self) -> Option<GateId> {
        self.pause().map(|pause| pause.gate(&self.run_id))
    }

    /// Where a failed run failed.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.rare.as_ref()?.failure.as_ref()
    }

    /// Why a failed run failed: the error that [`failure`](Self::failure) points at.
    #[must_use]
    pub fn error(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        match self.failure()? {
            Failure::Cancelled { error } => Some(error),
            Failure::Definition { errors } => Some(errors),
            Failure::Engine { error } => Some(error),
            Failure::Hook { index } => self.hook_errors().get(*index).map(|error| &**error as _),
            Failure::Step { step_name } => self.step(step_name)?.error().map(|error| error as _),
        }
    }

    /// What kind of error that is.
    #[must_use]
    pub fn error_kind(&self) -> Option<ErrorKind> {
        match self.failure()? {
            Failure::Cancelled { .. } => Some(ErrorKind::Cancelled),
            Failure::Definition { .. } => Some(ErrorKind::Definition),
            Failure::Engine { .. } => Some(ErrorKind::Engine),
            Failure::Hook { .. } => Some(ErrorKind::HookExecution),
            Failure::Step { step_name } => self.step(step_name)?.error().map(StepError::kind),
        }
    }

    /// Every failure of a hook, whether it failed the run or not (differences M7, M9 and M16).
    #[must_use]
    pub fn hook_errors(&self) -> &[Arc<HookError>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.hook_errors)
    }

    /// When the run started; a resumed run keeps the date of its first start.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at.timestamp()
    }

    /// When the run ended, or when a paused one began to wait.
    #[must_use]
    pub fn finished_at(&self) -> Timestamp {
        self.finished_at.timestamp()
    }

    /// The time between the two, on a clock that nobody can set back.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.finished_at.since(self.started_at)
    }
}

/// How a run ended.
///
/// ```
/// use stepflow::{Run, WorkflowStatus, workflow};
///
/// # struct Valve { state: bool }
/// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
/// let result = Run::new(Valve { state: false }).pause_on_approval().run();
/// let advice = match result.status() {
///     WorkflowStatus::Succeeded => "file it",
///     WorkflowStatus::Paused => "ask somebody",
///     _ => "look into it",
/// };
/// assert_eq!((advice, result.status().to_string().as_str()), ("ask somebody", "paused"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WorkflowStatus {
    /// Somebody stopped it.
    Cancelled,
    /// A step, or a hook, failed.
    Failed,
    /// It waits for a person.
    Paused,
    /// All is done.
    Succeeded,
}

impl WorkflowStatus {
    /// Whether whoever wanted the run to succeed has an error now: what
    /// [`into_result`](crate::WorkflowResult::into_result) and a parent's step go by.
    pub(crate) fn is_failure(self) -> bool {
        match self {
            Self::Cancelled | Self::Failed => true,
            Self::Paused | Self::Succeeded => false,
        }
    }
}

impl fmt::Display for WorkflowStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Paused => "paused",
            Self::Succeeded => "succeeded",
        })
    }
}

/// Where a run failed. The error itself lives in one place only: [`RunRecord::error`] finds it.
///
/// ```
/// use stepflow::{Failure, Run, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
/// let result = Run::new(Parcel { state: 0 })
///     .on_event(|event| if event.step_name().is_none() { Err("the journal is full") } else { Ok(()) })
///     .run();
/// match result.failure() {
///     Some(Failure::Hook { index }) => assert_eq!(result.hook_errors()[*index].hook(), 0),
///     other => return Err(format!("not by a hook: {other:?}").into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Failure {
    /// Somebody stopped the run.
    Cancelled {
        /// That, as an error.
        error: CancelledError,
    },
    /// The definition cannot be run; nothing ran.
    Definition {
        /// What is wrong with it.
        errors: DefinitionErrors,
    },
    /// The run was driven against the engine's contract.
    Engine {
        /// How.
        error: EngineError,
    },
    /// A hook failed the run outside any step.
    Hook {
        /// Which of the [`hook_errors`](RunRecord::hook_errors).
        index: usize,
    },
    /// A step failed.
    Step {
        /// Its public name.
        step_name: Cow<'static, str>,
    },
}

/// One route taken (reference item 135).
///
/// ```
/// use stepflow::workflow;
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step(routes = { true => ship, false => END })]
///     fn weigh(&mut self) -> bool {
///         true
///     }
///     #[step(routes = { "sea" => END })]
///     fn ship(&mut self) -> &'static str {
///         "sea"
///     }
/// }
///
/// let result = Parcel { state: () }.run();
/// let [weigh, ship] = result.route_trace() else { return Err("two routes".into()) };
/// assert_eq!((weigh.step_name(), weigh.route_key(), weigh.next_step()), ("weigh", "true", Some("ship")));
/// assert_eq!((ship.next_step(), ship.ended()), (None, true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteDecision {
    pub(crate) step_name: Cow<'static, str>,
    pub(crate) route_key: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next_step: Option<Cow<'static, str>>,
}

impl RouteDecision {
    /// The routed step.
    #[must_use]
    pub fn step_name(&self) -> &str {
        &self.step_name
    }

    /// What its output was called.
    #[must_use]
    pub fn route_key(&self) -> &str {
        &self.route_key
    }

    /// Where that leads; `None` is the end.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
        self.next_step.as_deref()
    }

    /// Whether the route ends the workflow.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.next_step.is_none()
    }
}

/// A record that its result owns, or that a child's result shares with its parent's step.
#[derive(Debug)]
pub(crate) enum Record {
    Owned(RunRecord),
    Shared(Arc<RunRecord>),
}

impl Record {
    pub(crate) fn into_shared(self) -> Arc<RunRecord> {
        match self {
            Self::Owned(record) => Arc::new(record),
            Self::Shared(record) => record,
        }
    }
}

impl Deref for Record {
    type Target = RunRecord;

    fn deref(&self) -> &RunRecord {
        match self {
            Self::Owned(record) => record,
            Self::Shared(record) => record,
        }
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RunRecord::deserialize(deserializer).map(Self::Owned)
    }
}
