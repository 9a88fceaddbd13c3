//! A result could not be resumed.

use std::error::Error;
use std::fmt;

use crate::definition::Difference;
use crate::result::{WorkflowResult, WorkflowStatus};

/// A result could not be resumed (reference items 72 to 75). Nothing ran, no hook was told, and the
/// result is given back.
///
/// ```
/// use stepflow::{ResumeError, WorkflowResult};
///
/// fn keep<S>(error: ResumeError<S>) -> WorkflowResult<S> {
///     eprintln!("{error}");
///     error.into_paused()
/// }
/// # let _ = keep::<()>;
/// ```
pub struct ResumeError<S> {
    inner: Box<(ResumeRefusal, WorkflowResult<S>)>,
}

impl<S> ResumeError<S> {
    pub(crate) fn new(refusal: ResumeRefusal, result: WorkflowResult<S>) -> Self {
        Self { inner: Box::new((refusal, result)) }
    }

    /// Why.
    #[must_use]
    pub fn refusal(&self) -> &ResumeRefusal {
        &self.inner.0
    }

    /// The result, as it was before the call.
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
