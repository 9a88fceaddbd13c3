//! A person decides: what they are asked, what they answer, and who asks them.

use std::any::Any;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::definition::{Fingerprint, Outline};
use crate::driver::Answer;
#[cfg(feature = "tokio")]
use crate::driver::BoxFuture;
use crate::error::BoxError;
use crate::run_id::RunId;
use crate::saved::GateId;
use crate::time::Moment;

/// What a person is asked before a gated step runs (reference items 43 and 58).
///
/// ```
/// use stepflow::{ApprovalRequest, Run, workflow};
///
/// /// What the person at the desk reads.
/// fn question(request: &ApprovalRequest<'_>) -> String {
///     let (workflow, step) = (request.workflow_name(), request.step_name());
///     let message = request.message().unwrap_or("go on?");
///     let risk = &request.metadata()["risk"];
///     format!("run {}, {workflow}.{step}: {message} (risk: {risk})", request.run_id())
/// }
///
/// struct Valve { state: bool }
///
/// #[workflow(state = bool)]
/// impl Valve {
///     #[step(approval(message = "Open the valve?", metadata = { risk: 2 }))]
///     fn open(&mut self) {
///         self.state = true;
///     }
/// }
///
/// let mut asked = String::new();
/// let run = Run::new(Valve { state: false }).run_id("night-shift".parse()?).on_approval(|request| {
///     asked = question(request);
///     true
/// });
/// assert!(run.run().state);
/// assert_eq!(asked, "run night-shift, Valve.open: Open the valve? (risk: 2)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct ApprovalRequest<'a> {
    pub(crate) workflow_name: &'a str,
    pub(crate) step_name: &'a str,
    pub(crate) run_id: &'a RunId,
    pub(crate) message: Option<&'a str>,
    pub(crate) metadata: &'a Map<String, Value>,
    pub(crate) state: &'a dyn Any,
}

impl<'a> ApprovalRequest<'a> {
    /// The workflow's public name.
    #[must_use]
    pub fn workflow_name(&self) -> &'a str {
        self.workflow_name
    }

    /// The gated step's public name.
    #[must_use]
    pub fn step_name(&self) -> &'a str {
        self.step_name
    }

    /// The run that waits.
    #[must_use]
    pub fn run_id(&self) -> &'a RunId {
        self.run_id
    }

    /// The question, if the step has one of its own.
    #[must_use]
    pub fn message(&self) -> Option<&'a str> {
        self.message
    }

    /// What the step says besides; empty if nothing.
    #[must_use]
    pub fn metadata(&self) -> &'a Map<String, Value> {
        self.metadata
    }

    /// The state as it is now; `None` when it is not an `S`.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// struct Refund { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Refund {
    ///     #[step(approval)]
    ///     fn pay(&mut self) {}
    /// }
    ///
    /// let refund = Run::new(Refund { state: 40 });
    /// let small = refund.on_approval(|request| request.state::<u32>().is_some_and(|amount| *amount < 100));
    /// assert!(small.run().is_succeeded());
    /// ```
    #[must_use]
    pub fn state<S: 'static>(&self) -> Option<&'a S> {
        self.state.downcast_ref()
    }
}

impl fmt::Debug for ApprovalRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApprovalRequest")
            .field("workflow_name", &self.workflow_name)
            .field("step_name", &self.step_name)
            .field("run_id", &self.run_id)
            .field("message", &self.message)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// The answer: yes or no, why, and from whom.
///
/// ```
/// use stepflow::ApprovalDecision;
///
/// let decision = ApprovalDecision::deny().because("over the limit").by("noor").with_metadata("ticket", 12);
/// assert!(!decision.approved);
/// assert_eq!(decision.reason.as_deref(), Some("over the limit"));
/// assert_eq!(ApprovalDecision::from(true), ApprovalDecision::approve());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalDecision {
    /// Whether the step may run.
    pub approved: bool,
    /// Why, in the decider's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the decider, or the page that asked them, adds.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
}

impl ApprovalDecision {
    /// Yes.
    ///
    /// ```
    /// use stepflow::ApprovalDecision;
    ///
    /// assert!(ApprovalDecision::approve().approved);
    /// ```
    #[must_use]
    pub fn approve() -> Self {
        true.into()
    }

    /// No.
    ///
    /// ```
    /// use stepflow::ApprovalDecision;
    ///
    /// assert!(!ApprovalDecision::deny().approved);
    /// ```
    #[must_use]
    pub fn deny() -> Self {
        false.into()
    }

    /// Says why.
    ///
    /// ```
    /// use stepflow::ApprovalDecision;
    ///
    /// let decision = ApprovalDecision::deny().because("over the limit");
    /// assert_eq!(decision.reason.as_deref(), Some("over the limit"));
    /// ```
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// Says who decided.
    ///
    /// ```
    /// use stepflow::{ApprovalDecision, Run, workflow};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)]
    /// # impl Valve {
    /// #     #[step(approval = "Open the valve?")]
    /// #     fn open(&mut self) {
    /// #         self.state = true;
    /// #     }
    /// # }
    /// let decision = ApprovalDecision::deny().by("noor").because("the pump is off");
    /// let result = Run::new(Valve { state: false }).on_approval(|_| decision.clone()).run();
    /// let error = result.steps()[0].error().ok_or("the step has no approval")?;
    /// assert_eq!(error.to_string(), "approval denied for step `open` by noor: the pump is off");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn by(self, who: impl Into<String>) -> Self {
        Self { decided_by: Some(who.into()), ..self }
    }

    /// Adds one entry to the metadata.
    ///
    /// ```
    /// use stepflow::ApprovalDecision;
    ///
    /// let decision = ApprovalDecision::approve().with_metadata("ticket", 12).with_metadata("channel", "phone");
    /// assert_eq!(decision.metadata["ticket"], 12);
    /// assert_eq!(decision.metadata["channel"], "phone");
    /// ```
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

impl From<bool> for ApprovalDecision {
    fn from(approved: bool) -> Self {
        Self { approved, reason: None, metadata: Map::new(), decided_by: None }
    }
}

/// Answers for a person, or asks one and waits. For a closure, see
/// [`Run::on_approval`](crate::Run::on_approval).
///
/// ```
/// use stepflow::{ApprovalDecision, ApprovalHandler, ApprovalRequest, BoxError, Run, workflow};
///
/// struct Desk { clerk: String }
///
/// impl ApprovalHandler for Desk {
///     fn decide(&mut self, request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError> {
///         let amount = request.state::<u32>().ok_or("the desk decides on amounts")?;
///         Ok(ApprovalDecision::from(*amount < 100).by(&self.clerk))
///     }
/// }
///
/// struct Refund { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Refund {
///     #[step(approval)]
///     fn pay(&mut self) {}
/// }
///
/// let result = Run::new(Refund { state: 40 }).approval_handler(Desk { clerk: "noor".to_owned() }).run();
/// let decision = result.steps()[0].approval_decision().ok_or("nobody was asked")?;
/// assert_eq!(decision.decided_by.as_deref(), Some("noor"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ApprovalHandler: Send {
    /// Decides one request. Asked once a gate, however often the step's body is retried.
    ///
    /// # Errors
    ///
    /// An error fails the step and the run; it is kept as it is and costs no retries (reference items
    /// 49 and 50).
    fn decide(&mut self, request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError>;
}

/// What a closure that answers approvals may return: `bool`, [`ApprovalDecision`], or a `Result` of
/// either.
///
/// ```
/// use stepflow::{Run, workflow};
///
/// # struct Valve { state: bool }
/// # #[workflow(state = bool)]
/// # impl Valve {
/// #     #[step(approval = "Open the valve?")]
/// #     fn open(&mut self) {
/// #         self.state = true;
/// #     }
/// # }
/// let valve = || Run::new(Valve { state: false });
/// assert!(valve().on_approval(|_| true).run().is_succeeded());
///
/// // A closure may fail: then the step fails with its error.
/// let result = valve().on_approval(|_| "maybe".parse::<bool>()).run();
/// assert!(result.error().is_some_and(|error| error.to_string().contains("`true` or `false`")));
/// ```
pub trait IntoDecision {
    /// The answer, or what kept the closure from giving one.
    ///
    /// # Errors
    ///
    /// The closure's own.
    ///
    /// ```
    /// use stepflow::IntoDecision;
    ///
    /// assert!("true".parse::<bool>().into_decision()?.approved);
    /// assert!("maybe".parse::<bool>().into_decision().is_err());
    /// # Ok::<(), stepflow::BoxError>(())
    /// ```
    fn into_decision(self) -> Result<ApprovalDecision, BoxError>;
}

impl IntoDecision for bool {
    fn into_decision(self) -> Result<ApprovalDecision, BoxError> {
        Ok(self.into())
    }
}

impl IntoDecision for ApprovalDecision {
    fn into_decision(self) -> Result<ApprovalDecision, BoxError> {
        Ok(self)
    }
}

impl<D: Into<ApprovalDecision>, E: Into<BoxError>> IntoDecision for Result<D, E> {
    fn into_decision(self) -> Result<ApprovalDecision, BoxError> {
        self.map(Into::into).map_err(Into::into)
    }
}

/// A closure as an [`ApprovalHandler`].
pub(crate) struct OnApproval<F>(pub(crate) F);

impl<F, D> ApprovalHandler for OnApproval<F>
where
    F: FnMut(&ApprovalRequest<'_>) -> D + Send,
    D: IntoDecision,
{
    fn decide(&mut self, request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError> {
        (self.0)(request).into_decision()
    }
}

/// Whoever answers the gates of a run, and of its children.
pub(crate) trait Approver: Send {
    fn ask(&mut self, request: &ApprovalRequest<'_>) -> Answer<ApprovalDecision>;
}

#[cfg(feature = "tokio")]
type AsyncHandler<'h> =
    dyn FnMut(&ApprovalRequest<'_>) -> BoxFuture<Result<ApprovalDecision, BoxError>> + Send + 'h;

pub(crate) enum Approvals<'h> {
    #[cfg(feature = "tokio")]
    Async(Box<AsyncHandler<'h>>),
    Blocking(Box<dyn ApprovalHandler + 'h>),
}

#[cfg(feature = "tokio")]
impl<'h> Approvals<'h> {
    /// An async closure as a handler.
    pub(crate) fn awaited<F, D>(mut handler: impl FnMut(&ApprovalRequest<'_>) -> F + Send + 'h) -> Self
    where
        F: Future<Output = D> + Send + 'static,
        D: IntoDecision,
    {
        Self::Async(Box::new(move |request| {
            let decision = handler(request);
            Box::pin(async move { decision.await.into_decision() })
        }))
    }
}

impl Approver for Approvals<'_> {
    fn ask(&mut self, request: &ApprovalRequest<'_>) -> Answer<ApprovalDecision> {
        match self {
            #[cfg(feature = "tokio")]
            Self::Async(handler) => Answer::Later(handler(request)),
            Self::Blocking(handler) => Answer::Now(handler.decide(request)),
        }
    }
}

/// Where a paused run waits, and for what (reference item 64). The state, the results so far and the
/// route trace are in the paused result itself.
///
/// ```
/// use stepflow::{Run, StaticWorkflow, workflow};
///
/// struct Valve { state: bool }
///
/// #[workflow(state = bool)]
/// impl Valve {
///     #[step(approval(message = "Open the valve?", metadata = { risk: 2 }))]
///     fn open(&mut self) {
///         self.state = true;
///     }
/// }
///
/// let paused = Run::new(Valve { state: false }).pause_on_approval().run();
/// let pause = paused.pause().ok_or("the run does not wait")?;
/// assert_eq!((pause.workflow_name(), pause.step_name(), pause.step_index()), ("Valve", "open", 0));
/// assert_eq!(pause.message(), Some("Open the valve?"));
/// assert_eq!(pause.metadata()["risk"], 2);
/// assert!(pause.created_at() >= paused.started_at());
///
/// // What `resume` compares with the definition of the day.
/// assert_eq!(pause.fingerprint(), Valve::DEFINITION.fingerprint());
/// assert_eq!(*pause.outline(), Valve::DEFINITION.outline());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalPause {
    pub(crate) step_name: String,
    pub(crate) step_index: usize,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub(crate) visit: u32,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub(crate) asking: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) metadata: Map<String, Value>,
    pub(crate) created_at: Moment,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) outline: Outline,
}

impl ApprovalPause {
    /// The public name of the workflow that waits.
    #[must_use]
    pub fn workflow_name(&self) -> &str {
        &self.outline.workflow_name
    }

    /// The public name of the step that waits.
    #[must_use]
    pub fn step_name(&self) -> &str {
        &self.step_name
    }

    /// Its position, counted from 0.
    #[must_use]
    pub fn step_index(&self) -> usize {
        self.step_index
    }

    pub(crate) fn gate(&self, run: &RunId) -> GateId {
        GateId::new(run.clone(), &self.step_name, self.visit, self.asking)
    }

    /// Which visit to the step it is, counted from 1.
    #[must_use]
    pub fn visit(&self) -> u32 {
        self.visit
    }

    /// Which question of the run it is, counted from 1.
    #[must_use]
    pub fn asking(&self) -> u32 {
        self.asking
    }

    /// The question, if the step has one of its own.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What the step says besides; empty if nothing.
    #[must_use]
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// When the run began to wait.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.created_at.timestamp()
    }

    /// The fingerprint of the definition that the run was started on.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// What the definition was, as far as saved runs depend on it.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        &self.outline
    }
}

fn first() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_first(number: &u32) -> bool {
    *number == 1
}
