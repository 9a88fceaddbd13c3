//! What a run gives back.

mod checkpoint;
mod output;
mod record;
mod step;

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::checkpoint::{CheckpointError, load_state, save_state};
pub use self::output::{Output, OutputError, StepHandle};
pub(crate) use self::record::Rare;
pub(crate) use self::record::Record;
pub use self::record::{Failure, RouteDecision, RunRecord, WorkflowStatus};
pub use self::step::{ChildResult, SkipReason, StepResult, StepStatus};
use crate::approval::ApprovalDecision;
use crate::error::{ResumeError, WorkflowError};
use crate::run::Run;
use crate::workflow::Workflow;

/// What a run gives back: the final state beside the [`RunRecord`] of what happened, whose methods
/// can be called on it directly.
///
/// It serializes when the state does. The JSON of a paused run is its checkpoint: see
/// [`to_checkpoint`](Self::to_checkpoint) and [`resume`](Self::resume). It cannot be cloned, so that
/// one pause cannot be resumed twice.
///
/// ```
/// use stepflow::workflow;
///
/// struct Doubling { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Doubling {
///     #[step]
///     fn double(&mut self) -> u32 {
///         self.state *= 2;
///         self.state
///     }
/// }
///
/// let result = Doubling { state: 21 }.run().into_result()?;
/// assert_eq!(result.state, 42);
/// assert_eq!(result.output(Doubling::DOUBLE)?, &42);
/// assert_eq!(result.steps()[0].attempts(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowResult<S> {
    /// The state as the last step left it.
    pub state: S,
    pub(crate) record: Record,
}

impl<S> WorkflowResult<S> {
    pub(crate) fn new(state: S, record: RunRecord) -> Self {
        Self { state, record: Record::Owned(record) }
    }

    pub(crate) fn shared(state: S, record: Arc<RunRecord>) -> Self {
        Self { state, record: Record::Shared(record) }
    }

    /// What happened, without the state.
    ///
    /// ```
    /// use stepflow::{RunRecord, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)]
    /// # impl Parcel {
    /// #     #[step]
    /// #     fn weigh(&mut self) {
    /// #         self.state += 1;
    /// #     }
    /// # }
    /// /// Works for every workflow, whatever its state.
    /// fn summary(record: &RunRecord) -> String {
    ///     format!("{} {} after {:?}", record.workflow_name(), record.status(), record.duration())
    /// }
    ///
    /// assert!(summary(Parcel { state: 0 }.run().record()).starts_with("Parcel succeeded after "));
    /// ```
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The final state alone.
    ///
    /// ```
    /// use stepflow::workflow;
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)]
    /// # impl Parcel {
    /// #     #[step]
    /// #     fn weigh(&mut self) {
    /// #         self.state += 1;
    /// #     }
    /// # }
    /// assert_eq!(Parcel { state: 4 }.run().into_result()?.into_state(), 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn into_state(self) -> S {
        self.state
    }

    /// The result, if the run succeeded or is paused; an error that names the cause, if it failed or
    /// was cancelled (the original's `raise_on_failure`, reference items 12, 13 and 25).
    ///
    /// # Errors
    ///
    /// [`WorkflowError`], with the failure as its [`source`](std::error::Error::source).
    ///
    /// ```
    /// use stepflow::workflow;
    ///
    /// struct Parcel { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Parcel {
    ///     #[step]
    ///     fn weigh(&mut self) -> Result<(), String> {
    ///         Err("the scale is off".to_owned())
    ///     }
    /// }
    ///
    /// let error = Parcel { state: () }.run().into_result().expect_err("weighing fails");
    /// assert_eq!(
    ///     error.to_string(),
    ///     "workflow `Parcel` failed at step `weigh` after 1 attempt: the scale is off"
    /// );
    /// ```
    pub fn into_result(self) -> Result<Self, WorkflowError> {
        if self.record.status().is_failure() {
            return Err(WorkflowError { record: self.record.into_shared() });
        }
        Ok(self)
    }

    /// Goes on with a paused run under somebody's decision (reference items 66 to 82).
    ///
    /// `factory` rebuilds the workflow around the saved state. Hooks and handlers are given to the
    /// returned [`Run`] again; it pauses at later gates unless told not to. Completed steps do not run
    /// again. The pause is consumed, so that nobody can go on from it twice.
    ///
    /// # Errors
    ///
    /// When the run is not paused, when the workflow is another one, or when its definition has changed
    /// since: with the differences, and with the result given back
    /// ([`ResumeError::into_paused`]).
    ///
    /// ```
    /// use stepflow::{ApprovalDecision, Run, workflow};
    ///
    /// struct Valve { state: bool }
    ///
    /// #[workflow(state = bool)]
    /// impl Valve {
    ///     #[step(approval = "Open the valve?")]
    ///     fn open(&mut self) {
    ///         self.state = true;
    ///     }
    /// }
    ///
    /// let paused = Run::new(Valve { state: false }).pause_on_approval().run();
    /// assert!(!paused.state);
    ///
    /// let decision = ApprovalDecision::approve().by("noor");
    /// let result = paused.resume(|state| Valve { state }, decision)?.run();
    /// assert!(result.state);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume<'h, W, F>(
        self,
        factory: F,
        decision: impl Into<ApprovalDecision>,
    ) -> Result<Run<'h, W>, ResumeError<S>>
    where
        W: Workflow<State = S>,
        F: FnOnce(S) -> W,
    {
        crate::resume::resume(self, factory, decision.into())
    }
}

impl<S> Deref for WorkflowResult<S> {
    type Target = RunRecord;

    fn deref(&self) -> &RunRecord {
        &self.record
    }
}
