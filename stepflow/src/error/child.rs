//! A child workflow failed.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::result::RunRecord;

/// A child workflow failed while a step ran it (reference items 105 and 111). Its cause is the
/// child's error; its record is also attached to the parent's step.
///
/// ```
/// use stepflow::{ChildWorkflowError, ErrorKind, RunContext, workflow};
///
/// struct Check { state: () }
///
/// #[workflow(state = ())]
/// impl Check {
///     #[step]
///     fn ping(&mut self) -> Result<(), String> {
///         Err("no answer".to_owned())
///     }
/// }
///
/// struct Ship { state: () }
///
/// #[workflow(state = ())]
/// impl Ship {
///     #[step]
///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
///         ctx.run_child(Check { state: () })?;
///         Ok(())
///     }
/// }
///
/// let result = Ship { state: () }.run();
/// assert_eq!(result.error_kind(), Some(ErrorKind::ChildWorkflow));
/// let error = result.steps()[0].error().ok_or("the step fails")?;
/// let error: &ChildWorkflowError = error.downcast_ref().ok_or("because of its child")?;
/// assert_eq!(error.parent_step(), "check");
/// assert_eq!(error.record().workflow_name(), "Check");
/// assert_eq!(error.record().error_kind(), Some(ErrorKind::Step));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ChildWorkflowError {
    pub(crate) parent_step: String,
    pub(crate) record: Arc<RunRecord>,
}

impl ChildWorkflowError {
    /// What the child did until it failed.
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The step that ran the child.
    #[must_use]
    pub fn parent_step(&self) -> &str {
        &self.parent_step
    }
}

impl fmt::Display for ChildWorkflowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let child = self.record.workflow_name();
        write!(f, "child workflow `{child}` failed while step `{}` was running it", self.parent_step)
    }
}

impl fmt::Debug for ChildWorkflowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildWorkflowError")
            .field("child", &self.record.workflow_name())
            .field("parent_step", &self.parent_step)
            .field("source", &self.source())
            .finish_non_exhaustive()
    }
}

impl Error for ChildWorkflowError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.record.error().map(|error| error as &(dyn Error + 'static))
    }
}
