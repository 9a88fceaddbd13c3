//! What happened at one step.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Output, RunRecord, WorkflowStatus};
use crate::approval::ApprovalDecision;
use crate::error::StepError;
use crate::time::Moment;

/// What happened at one step (reference item 136).
///
/// ```
/// use stepflow::{Run, SkipReason, StepStatus, workflow};
///
/// struct Refund { state: u32 }
///
/// #[workflow(state = u32, retry(times = 2))]
/// impl Refund {
///     #[step(approval, routes = { true => pay, false => END })]
///     fn check(&mut self) -> Result<bool, String> {
///         self.state += 1;
///         if self.state < 3 { Err("no answer".to_owned()) } else { Ok(false) }
///     }
///     #[step]
///     fn pay(&mut self) {}
/// }
///
/// let result = Run::new(Refund { state: 0 }).on_approval(|_| true).run();
/// let [check, pay] = result.steps() else { return Err("two steps".into()) };
///
/// assert_eq!((check.name(), check.status(), check.attempts()), ("check", StepStatus::Succeeded, 3));
/// assert_eq!(check.output().ok_or("it returned")?.to_json()?, false);
/// assert_eq!((check.route_key(), check.next_step()), (Some("false"), None));
/// assert!(check.approval_required());
/// assert!(check.approval_decision().is_some_and(|decision| decision.approved));
/// assert!(check.error().is_none() && check.children().is_empty());
/// assert_eq!((check.visit(), check.sequence(), check.earlier_visits().len()), (1, Some(1), 0));
/// assert!(check.started_at() <= check.finished_at() && check.duration().is_some());
///
/// assert_eq!((pay.status(), pay.skip_reason()), (StepStatus::Skipped, Some(SkipReason::WorkflowEnded)));
/// assert_eq!((pay.attempts(), pay.visit(), pay.sequence(), pay.started_at()), (0, 0, None, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct StepResult {
    pub(crate) name: Cow<'static, str>,
    pub(crate) status: StepStatus,
    pub(crate) approval_required: bool,
    pub(crate) skip_reason: Option<SkipReason>,
    pub(crate) attempts: u32,
    /// 0 for a step that was skipped.
    pub(crate) sequence: u32,
    /// 0 for a step that was skipped.
    pub(crate) visit: u32,
    /// Whether the step started, and the next two fields mean something.
    pub(crate) timed: bool,
    pub(crate) started: Moment,
    pub(crate) finished: Moment,
    pub(crate) output: Option<Output>,
    pub(crate) route_key: Option<Cow<'static, str>>,
    pub(crate) next_step: Option<Cow<'static, str>>,
    /// What most steps have none of, in a box, so that results stay small.
    pub(crate) rare: Option<Box<Rare>>,
}

// Up to this size a result is copied by a handful of instructions, beyond it by a call.
const _: () = assert!(size_of::<StepResult>() <= 128);

#[derive(Debug, Default)]
pub(crate) struct Rare {
    pub(crate) error: Option<StepError>,
    pub(crate) decision: Option<ApprovalDecision>,
    pub(crate) children: Vec<ChildResult>,
    /// Oldest first; each without earlier ones of its own.
    pub(crate) earlier: Vec<StepResult>,
}

impl Rare {
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        let blank = self.error.is_none()
            && self.decision.is_none()
            && self.children.is_empty()
            && self.earlier.is_empty();
        (!blank).then(|| Box::new(self))
    }
}

impl StepResult {
    /// A step without a name that has not run.
    pub(crate) const BLANK: Self = Self {
        name: Cow::Borrowed(""),
        status: StepStatus::Skipped,
        approval_required: false,
        skip_reason: None,
        attempts: 0,
        sequence: 0,
        visit: 0,
        timed: false,
        started: Moment::from_nanos(0),
        finished: Moment::from_nanos(0),
        output: None,
        route_key: None,
        next_step: None,
        rare: None,
    };

    /// The step's public name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the step ended.
    #[must_use]
    pub fn status(&self) -> StepStatus {
        self.status
    }

    /// How often the body was called; 0 when it never was.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What the body returned; also kept where the step failed after its body had succeeded.
    #[must_use]
    pub fn output(&self) -> Option<&Output> {
        self.output.as_ref()
    }

    /// Why the step failed.
    #[must_use]
    pub fn error(&self) -> Option<&StepError> {
        self.rare.as_ref()?.error.as_ref()
    }

    /// When the step started; `None` for a step that was skipped.
    #[must_use]
    pub fn started_at(&self) -> Option<Timestamp> {
        self.times().map(|(started, _)| started.timestamp())
    }

    /// When the step ended.
    #[must_use]
    pub fn finished_at(&self) -> Option<Timestamp> {
        self.times().map(|(_, finished)| finished.timestamp())
    }

    /// The time between the two, with all attempts, waits and the person's thinking.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.times().map(|(started, finished)| finished.since(started))
    }

    /// What the output of a routed step was called.
    #[must_use]
    pub fn route_key(&self) -> Option<&str> {
        self.route_key.as_deref()
    }

    /// Where the step's route, `next`, `on_failure` or `on_deny` led; `None` is the step below it, or the end.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
        self.next_step.as_deref()
    }

    /// Why a skipped step was skipped.
    #[must_use]
    pub fn skip_reason(&self) -> Option<SkipReason> {
        self.skip_reason
    }

    /// Whether the step has a gate, whatever became of it (reference item 59).
    #[must_use]
    pub fn approval_required(&self) -> bool {
        self.approval_required
    }

    /// What was decided, if anything was.
    #[must_use]
    pub fn approval_decision(&self) -> Option<&ApprovalDecision> {
        self.rare.as_ref()?.decision.as_ref()
    }

    /// The child workflows that the body ran, failed ones included, in order.
    #[must_use]
    pub fn children(&self) -> &[ChildResult] {
        self.rare.as_ref().map_or(&[], |rare| &rare.children)
    }

    /// Which visit of the run to the step this is, counted from 1; 0 for a step that was skipped.
    #[must_use]
    pub fn visit(&self) -> u32 {
        self.visit
    }

    /// Which of all visits to steps in the run this one was, counted from 1: the order in which things
    /// happened, also in a loop. `None` for a step that was skipped.
    #[must_use]
    pub fn sequence(&self) -> Option<u32> {
        (self.sequence > 0).then_some(self.sequence)
    }

    /// The visits before this one, oldest first; a step in a loop has some.
    ///
    /// ```
    /// use stepflow::workflow;
    ///
    /// struct Poll { state: u32 }
    ///
    /// #[workflow(state = u32, max_visits = 5)]
    /// impl Poll {
    ///     #[step(routes = { true => END, false => ask })]
    ///     fn ask(&mut self) -> bool {
    ///         self.state += 1;
    ///         self.state == 3
    ///     }
    /// }
    ///
    /// let result = Poll { state: 0 }.run().into_result()?;
    /// let last = &result.steps()[0];
    /// assert_eq!((last.visit(), last.route_key()), (3, Some("true")));
    /// assert!(last.earlier_visits().iter().all(|visit| visit.route_key() == Some("false")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn earlier_visits(&self) -> &[Self] {
        self.rare.as_ref().map_or(&[], |rare| &rare.earlier)
    }

    /// The visits so far, this one included, as the earlier ones of the next.
    pub(crate) fn into_earlier(mut self) -> Vec<Self> {
        let mut earlier =
            self.rare.as_mut().map(|rare| std::mem::take(&mut rare.earlier)).unwrap_or_default();
        match self.status {
            StepStatus::Skipped | StepStatus::Paused => {}
            _ => earlier.push(self),
        }
        earlier
    }

    /// When the step started and ended, if it did.
    pub(crate) fn times(&self) -> Option<(Moment, Moment)> {
        self.timed.then_some((self.started, self.finished))
    }

    #[inline]
    pub(crate) fn set_times(&mut self, started: Moment, finished: Moment) {
        (self.timed, self.started, self.finished) = (true, started, finished);
    }

    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

/// How a step ended.
///
/// ```
/// use stepflow::{Run, StepStatus, workflow};
///
/// struct Valve { state: () }
///
/// #[workflow(state = ())]
/// impl Valve {
///     #[step]
///     fn unlock(&mut self) {}
///     #[step(approval)]
///     fn open(&mut self) {}
///     #[step]
///     fn report(&mut self) {}
/// }
///
/// let result = Run::new(Valve { state: () }).pause_on_approval().run();
/// let statuses: Vec<_> = result.steps().iter().map(|step| step.status()).collect();
/// assert_eq!(statuses, [StepStatus::Succeeded, StepStatus::Paused, StepStatus::Skipped]);
/// assert_eq!(StepStatus::Paused.to_string(), "paused");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepStatus {
    /// Somebody stopped the run while the step was running.
    Cancelled,
    /// Its last attempt failed, its approval was denied, or a hook failed it.
    Failed,
    /// It waits for a person.
    Paused,
    /// It never started.
    Skipped,
    /// Its body returned an output.
    Succeeded,
}

impl fmt::Display for StepStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Paused => "paused",
            Self::Skipped => "skipped",
            Self::Succeeded => "succeeded",
        })
    }
}

/// Why a step was skipped: because of how the run ended (reference items 33 and 37). The texts are
/// the reference's.
///
/// ```
/// use stepflow::{SkipReason, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step]
///     fn weigh(&mut self) -> Result<(), String> {
///         Err("the scale is off".to_owned())
///     }
///     #[step]
///     fn ship(&mut self) {}
/// }
///
/// let result = Parcel { state: () }.run();
/// let reason = result.steps()[1].skip_reason().ok_or("`ship` never started")?;
/// assert_eq!(reason, SkipReason::WorkflowFailed);
/// assert_eq!(reason.to_string(), "not reached because workflow failed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SkipReason {
    /// `not reached because workflow cancelled`
    WorkflowCancelled,
    /// `not reached because workflow ended`
    WorkflowEnded,
    /// `not reached because workflow failed`
    WorkflowFailed,
    /// `not reached because workflow paused`
    WorkflowPaused,
}

impl SkipReason {
    /// Why a step was not reached in a run that ended like this.
    pub(crate) fn of(status: WorkflowStatus) -> Self {
        match status {
            WorkflowStatus::Cancelled => Self::WorkflowCancelled,
            WorkflowStatus::Failed => Self::WorkflowFailed,
            WorkflowStatus::Paused => Self::WorkflowPaused,
            WorkflowStatus::Succeeded => Self::WorkflowEnded,
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::WorkflowCancelled => "not reached because workflow cancelled",
            Self::WorkflowEnded => "not reached because workflow ended",
            Self::WorkflowFailed => "not reached because workflow failed",
            Self::WorkflowPaused => "not reached because workflow paused",
        })
    }
}

/// What a child workflow did, as attached to the step that ran it; reads as its [`RunRecord`].
///
/// ```
/// use stepflow::{RunContext, workflow};
///
/// struct Check { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Check {
///     #[step]
///     fn ping(&mut self) -> Result<(), String> {
///         if self.state < 2 { Err("no answer".to_owned()) } else { Ok(()) }
///     }
/// }
///
/// struct Ship { state: () }
///
/// #[workflow(state = ())]
/// impl Ship {
///     #[step(retry = 1)]
///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), stepflow::ChildWorkflowError> {
///         ctx.run_child(Check { state: ctx.attempt() })?;
///         Ok(())
///     }
/// }
///
/// let result = Ship { state: () }.run().into_result()?;
/// let [failed, fine] = result.steps()[0].children() else { return Err("two children".into()) };
/// assert_eq!((failed.attempt(), failed.is_succeeded()), (1, false));
/// assert_eq!((fine.attempt(), fine.record().steps()[0].attempts()), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChildResult {
    pub(crate) attempt: u32,
    pub(crate) record: Arc<RunRecord>,
}

impl ChildResult {
    /// In which attempt of the step the child ran, counted from 1 (difference M14).
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What the child did.
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }
}

impl Deref for ChildResult {
    type Target = RunRecord;

    fn deref(&self) -> &RunRecord {
        &self.record
    }
}

/// A step as it is written; what it has none of is left out.
#[derive(Serialize)]
struct Written<'a> {
    name: &'a str,
    status: StepStatus,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skip_reason: Option<SkipReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a Output>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a StepError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    approval_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval_decision: Option<&'a ApprovalDecision>,
    #[serde(skip_serializing_if = "<[ChildResult]>::is_empty")]
    children: &'a [ChildResult],
    #[serde(skip_serializing_if = "<[StepResult]>::is_empty")]
    earlier_visits: &'a [StepResult],
}

/// A step as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    name: String,
    status: StepStatus,
    attempts: u32,
    #[serde(default)]
    sequence: Option<u32>,
    #[serde(default)]
    skip_reason: Option<SkipReason>,
    #[serde(default)]
    started_at: Option<Moment>,
    #[serde(default)]
    finished_at: Option<Moment>,
    /// A present `null` is an output: the one of a step that returns `()`.
    #[serde(default, deserialize_with = "present")]
    output: Option<Output>,
    #[serde(default)]
    error: Option<StepError>,
    #[serde(default)]
    route_key: Option<String>,
    #[serde(default)]
    next_step: Option<String>,
    #[serde(default)]
    approval_required: bool,
    #[serde(default)]
    approval_decision: Option<ApprovalDecision>,
    #[serde(default)]
    children: Vec<ChildResult>,
    #[serde(default)]
    earlier_visits: Vec<StepResult>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Output>, D::Error> {
    Output::deserialize(deserializer).map(Some)
}

impl Serialize for StepResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written(self.earlier_visits()).serialize(serializer)
    }
}

impl StepResult {
    /// The visit by itself, without those before it.
    pub(crate) fn written_alone(&self) -> impl Serialize + '_ {
        self.written(&[])
    }

    fn written<'a>(&'a self, earlier_visits: &'a [Self]) -> Written<'a> {
        Written {
            name: &self.name,
            status: self.status,
            attempts: self.attempts,
            sequence: self.sequence(),
            skip_reason: self.skip_reason,
            started_at: self.times().map(|(started, _)| started),
            finished_at: self.times().map(|(_, finished)| finished),
            output: self.output(),
            error: self.error(),
            route_key: self.route_key(),
            next_step: self.next_step(),
            approval_required: self.approval_required,
            approval_decision: self.approval_decision(),
            children: self.children(),
            earlier_visits,
        }
    }
}

impl<'de> Deserialize<'de> for StepResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut read = Read::deserialize(deserializer)?;
        // Not written: it is the place in the list.
        for (visit, earlier) in (1..).zip(&mut read.earlier_visits) {
            earlier.visit = visit;
        }
        let visit = match read.status {
            StepStatus::Skipped => 0,
            _ => u32::try_from(read.earlier_visits.len()).unwrap_or(u32::MAX).saturating_add(1),
        };
        let rare = Rare {
            error: read.error,
            decision: read.approval_decision,
            children: read.children,
            earlier: read.earlier_visits,
        };
        let times = read.started_at.zip(read.finished_at);
        let (started, finished) = times.unwrap_or((Moment::from_nanos(0), Moment::from_nanos(0)));
        Ok(Self {
            name: Cow::Owned(read.name),
            status: read.status,
            approval_required: read.approval_required,
            skip_reason: read.skip_reason,
            attempts: read.attempts,
            sequence: read.sequence.unwrap_or(0),
            visit,
            timed: times.is_some(),
            started,
            finished,
            output: read.output,
            route_key: read.route_key.map(Cow::Owned),
            next_step: read.next_step.map(Cow::Owned),
            rare: rare.boxed(),
        })
    }
}
