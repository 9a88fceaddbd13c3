//! A result could not be resumed.

use std::error::Error;
use std::fmt;

use crate::definition::Difference;
use crate::result::{WorkflowResult, WorkflowStatus};

/// A result could not be resumed (reference items 72 to 75). Nothing ran, no hook was told, and the
/// result is given back.
///
/// ```
/// use stepflow::{Run, WorkflowStatus, workflow};
///
/// # struct Valve { state: bool }
/// # #[workflow(state = bool)]
/// # impl Valve {
/// #     #[step(approval = "Open the valve?")]
/// #     fn open(&mut self) {
/// #         self.state = true;
/// #     }
/// # }
/// let done = Run::new(Valve { state: false }).on_approval(|_| true).run_id("night-shift".parse()?).run();
///
/// let error = done.resume(|state| Valve { state }, true).expect_err("the run does not wait");
/// assert_eq!(
///     error.to_string(),
///     "run night-shift of workflow `Valve` cannot be resumed: it is not paused, it has succeeded"
/// );
/// assert_eq!(error.into_paused().status(), WorkflowStatus::Succeeded);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ResumeError<S> {
    inner: Box<(ResumeRefusal, WorkflowResult<S>)>,
}

impl<S> ResumeError<S> {
    pub(crate) fn new(refusal: ResumeRefusal, result: WorkflowResult<S>) -> Self {
        Self { inner: Box::new((refusal, result)) }
    }

    /// Why.
    ///
    /// ```
    /// use stepflow::{ResumeRefusal, WorkflowStatus, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)]
    /// # impl Parcel {
    /// #     #[step]
    /// #     fn weigh(&mut self) {
    /// #         self.state += 1;
    /// #     }
    /// # }
    /// let done = Parcel { state: 0 }.run();
    /// let error = done.resume(|state| Parcel { state }, true).expect_err("the run does not wait");
    /// assert_eq!(error.refusal(), &ResumeRefusal::NotPaused { status: WorkflowStatus::Succeeded });
    /// ```
    #[must_use]
    pub fn refusal(&self) -> &ResumeRefusal {
        &self.inner.0
    }

    /// The result, as it was before the call.
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
    /// # struct Hatch { state: bool }
    /// # #[workflow(state = bool)]
    /// # impl Hatch {
    /// #     #[step(approval)]
    /// #     fn open(&mut self) {}
    /// # }
    /// let paused = Run::new(Valve { state: false }).pause_on_approval().run();
    ///
    /// // The wrong workflow; the pause is not lost.
    /// let error = paused.resume(|state| Hatch { state }, true).expect_err("it is a run of `Valve`");
    /// let result = error.into_paused().resume(|state| Valve { state }, true)?.run();
    /// assert!(result.state);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn into_paused(self) -> WorkflowResult<S> {
        self.inner.1
    }
}

impl<S> fmt::Display for ResumeError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.inner.1.record();
        write!(f, "run {} of workflow `{}` cannot be resumed: ", record.run_id(), record.workflow_name())?;
        self.inner.0.fmt(f)
    }
}

impl<S> fmt::Debug for ResumeError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeError").field("refusal", &self.inner.0).finish_non_exhaustive()
    }
}

impl<S> Error for ResumeError<S> {}

/// Why a result cannot be resumed.
///
/// ```
/// use stepflow::{ResumeRefusal, Run, WorkflowResult, workflow};
///
/// mod last_week {
///     # use stepflow::workflow;
///     pub struct Valve { pub state: bool }
///
///     #[workflow(state = bool)]
///     impl Valve {
///         #[step(approval)]
///         fn open(&mut self) {}
///     }
/// }
///
/// struct Valve { state: bool }
///
/// #[workflow(state = bool)]
/// impl Valve {
///     #[step(approval)]
///     fn unlock(&mut self) {}
/// }
///
/// let paused = Run::new(last_week::Valve { state: false }).pause_on_approval().run();
/// let error = paused.resume(|state| Valve { state }, true).expect_err("a step has another name");
/// match error.refusal() {
///     ResumeRefusal::DefinitionChanged { differences } => {
///         assert_eq!(differences[0].to_string(), "step 1 was `open` and is `unlock` now");
///     }
///     other => return Err(other.to_string().into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeRefusal {
    /// The workflow's definition is not the one that the run was started on.
    DefinitionChanged {
        /// What changed, one entry a change.
        differences: Vec<Difference>,
    },
    /// The checkpoint contradicts itself, so something other than this library wrote it.
    Inconsistent {
        /// What contradicts what.
        why: &'static str,
    },
    /// The run is not waiting.
    NotPaused {
        /// How it ended.
        status: WorkflowStatus,
    },
    /// The factory built another workflow than the one that was paused.
    OtherWorkflow {
        /// The paused workflow.
        paused: String,
        /// The one that the factory built.
        built: String,
    },
}

impl fmt::Display for ResumeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DefinitionChanged { differences } => {
                f.write_str("its definition has changed since")?;
                for (nth, difference) in differences.iter().enumerate() {
                    write!(f, "{}{difference}", if nth == 0 { ": " } else { "; " })?;
                }
                Ok(())
            }
            Self::Inconsistent { why } => write!(f, "its checkpoint is damaged ({why})"),
            Self::NotPaused { status } => write!(f, "it is not paused, it has {status}"),
            Self::OtherWorkflow { paused, built } => {
                write!(f, "it is a run of `{paused}`, and the workflow to go on with is `{built}`")
            }
        }
    }
}

impl Error for ResumeRefusal {}
