//! A run did not succeed, as an error.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::result::{Failure, RunRecord};

/// A run did not succeed: what [`WorkflowResult::into_result`](crate::WorkflowResult::into_result)
/// gives for it (reference items 12, 13 and 99).
///
/// The text names the workflow, the step, the attempts and the cause; the cause itself is the
/// [`source`](Error::source).
///
/// ```
/// use std::error::Error;
/// use stepflow::{ErrorKind, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step]
///     fn weigh(&mut self) -> Result<(), std::io::Error> {
///         Err(std::io::Error::other("the scale is off"))
///     }
/// }
///
/// let error = Parcel { state: () }.run().into_result().expect_err("weighing fails");
/// assert_eq!(
///     error.to_string(),
///     "workflow `Parcel` failed at step `weigh` after 1 attempt: the scale is off"
/// );
/// assert_eq!(error.source().ok_or("the step's error")?.to_string(), "the scale is off");
/// assert_eq!(error.record().error_kind(), Some(ErrorKind::Step));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WorkflowError {
    pub(crate) record: Arc<RunRecord>,
}

impl WorkflowError {
    /// What the run did until it failed.
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }
}

impl fmt::Display for WorkflowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "workflow `{}` failed ", self.record.workflow_name())?;
        match self.record.failure() {
            Some(Failure::Step { step_name }) => {
                let attempts = self.record.step(step_name).map_or(0, crate::StepResult::attempts);
                let plural = if attempts == 1 { "" } else { "s" };
                write!(f, "at step `{step_name}` after {attempts} attempt{plural}")?;
            }
            _ => f.write_str("outside step execution")?,
        }
        match self.record.error() {
            Some(error) => write!(f, ": {error}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for WorkflowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowError")
            .field("workflow_name", &self.record.workflow_name())
            .field("run_id", self.record.run_id())
            .field("failure", &self.record.failure())
            .field("source", &self.source())
            .finish_non_exhaustive()
    }
}

impl Error for WorkflowError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.record.error().map(|error| error as &(dyn Error + 'static))
    }
}
