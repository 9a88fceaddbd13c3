//! People who answer from a script.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};

use super::StepName;
use crate::approval::{ApprovalDecision, ApprovalHandler, ApprovalRequest};
use crate::error::BoxError;

/// An approval handler that answers from a script, and remembers what it was asked. Clones, and references,
/// share one script, so one of them can be handed to the run and another be looked at afterwards.
///
/// The answers for one step are given in order. A question that no answer is left for fails the step with
/// [`UnscriptedApproval`].
///
/// ```
/// use stepflow::testing::Approvals;
/// use stepflow::{ApprovalDecision, Run, workflow};
///
/// struct Refund { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Refund {
///     #[step(approval(message = "Pay this refund?", metadata = { team: "payments" }))]
///     fn pay(&mut self) {
///         self.state = 0;
///     }
/// }
///
/// let approvals = Approvals::script([("pay", ApprovalDecision::approve().by("ana"))]).with_state::<u32>();
/// Run::new(Refund { state: 80 }).approval_handler(&approvals).run().into_result()?;
///
/// let asked = &approvals.requests()[0];
/// assert_eq!((asked.step.as_str(), asked.message.as_deref()), ("pay", Some("Pay this refund?")));
/// assert_eq!(asked.metadata["team"], "payments");
/// assert_eq!(asked.state, Some(80.into()));
/// assert!(approvals.unasked().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Approvals(Arc<Mutex<Script>>);

#[derive(Clone, Default)]
struct Script {
    answers: Vec<Answer>,
    requests: Vec<AskedApproval>,
    state: Option<fn(&ApprovalRequest<'_>) -> Option<Value>>,
}

#[derive(Clone)]
struct Answer {
    step: StepName,
    decision: ApprovalDecision,
    given: bool,
}

impl Approvals {
    /// Nobody answers anything yet; see [`then`](Self::then).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These answers, each for the step beside it.
    pub fn script<N, D>(answers: impl IntoIterator<Item = (N, D)>) -> Self
    where
        N: Into<StepName>,
        D: Into<ApprovalDecision>,
    {
        answers.into_iter().fold(Self::new(), |script, (step, decision)| script.then(step, decision))
    }

    /// Adds an answer; this way handles of several steps can be given, which differ in type.
    ///
    /// ```
    /// use stepflow::testing::Approvals;
    /// use stepflow::{ApprovalDecision, Run, workflow};
    ///
    /// struct Launch { state: bool }
    ///
    /// #[workflow(state = bool)]
    /// impl Launch {
    ///     #[step(approval)]
    ///     fn fuel(&mut self) -> u32 {
    ///         400
    ///     }
    ///     #[step(approval(on_deny = END))]
    ///     fn ignite(&mut self) {
    ///         self.state = true;
    ///     }
    /// }
    ///
    /// let approvals = Approvals::new()
    ///     .then(Launch::FUEL, true)
    ///     .then(Launch::IGNITE, ApprovalDecision::deny().because("fog"));
    /// let result = Run::new(Launch { state: false }).approval_handler(approvals).run().into_result()?;
    /// assert!(!result.state);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn then(self, step: impl Into<StepName>, decision: impl Into<ApprovalDecision>) -> Self {
        let answer = Answer { step: step.into(), decision: decision.into(), given: false };
        self.lock().answers.push(answer);
        self
    }

    /// Remembers the state with each question, as JSON.
    #[must_use]
    pub fn with_state<S: Serialize + 'static>(self) -> Self {
        self.lock().state = Some(|request| serde_json::to_value(request.state::<S>()?).ok());
        self
    }

    /// What was asked so far, in order, answered or not.
    #[must_use]
    pub fn requests(&self) -> Vec<AskedApproval> {
        self.lock().requests.clone()
    }

    /// The steps whose answers nobody has asked for, in the order of the script, one for each answer.
    ///
    /// ```
    /// use stepflow::testing::Approvals;
    ///
    /// let approvals = Approvals::script([("pay", true), ("ship", true)]);
    /// assert_eq!(approvals.unasked(), ["pay", "ship"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unasked(&self) -> Vec<String> {
        let script = self.lock();
        script.answers.iter().filter(|answer| !answer.given).map(|answer| answer.step.to_string()).collect()
    }

    /// The same script from its beginning, for another run.
    pub(super) fn again(&self) -> Self {
        let Script { answers, state, .. } = self.lock().clone();
        let answers = answers.into_iter().map(|answer| Answer { given: false, ..answer }).collect();
        Self(Arc::new(Mutex::new(Script { answers, requests: Vec::new(), state })))
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        // A panic in a `Serialize` of the state can poison the lock; what is behind it stays whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ApprovalHandler for &Approvals {
    fn decide(&mut self, request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError> {
        let mut script = self.lock();
        let state = script.state.and_then(|state| state(request));
        script.requests.push(AskedApproval {
            workflow: request.workflow_name().to_owned(),
            step: request.step_name().to_owned(),
            message: request.message().map(ToOwned::to_owned),
            metadata: request.metadata().clone(),
            state,
        });
        let mut answers = script.answers.iter_mut();
        let step = request.step_name();
        match answers.find(|answer| !answer.given && answer.step.as_str() == step) {
            Some(answer) => {
                answer.given = true;
                Ok(answer.decision.clone())
            }
            None => {
                let scripted = script.answers.iter().map(|answer| answer.step.to_string()).collect();
                Err(UnscriptedApproval { step: step.to_owned(), scripted }.into())
            }
        }
    }
}

impl ApprovalHandler for Approvals {
    fn decide(&mut self, request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError> {
        (&*self).decide(request)
    }
}

impl fmt::Debug for Approvals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Approvals")
            .field("asked", &self.requests().len())
            .field("unasked", &self.unasked())
            .finish_non_exhaustive()
    }
}

/// A question that [`Approvals`] were asked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AskedApproval {
    /// The public name of the workflow: a child's gates are asked about too.
    pub workflow: String,
    /// The public name of the gated step.
    pub step: String,
    /// The question, if the step has one of its own.
    pub message: Option<String>,
    /// What the step says besides.
    pub metadata: Map<String, Value>,
    /// The state, where [`Approvals::with_state`] named its type.
    pub state: Option<Value>,
}

/// [`Approvals`] were asked about a step that they have no answer left for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer is left for step `{step}`; scripted: {}", listed(.scripted))]
#[non_exhaustive]
pub struct UnscriptedApproval {
    /// The gated step.
    pub step: String,
    /// The steps of all answers of the script, given or not.
    pub scripted: Vec<String>,
}

fn listed(steps: &[String]) -> String {
    if steps.is_empty() {
        return "nothing".to_owned();
    }
    steps.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>().join(", ")
}
