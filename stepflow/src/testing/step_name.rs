//! Which step is meant: by its handle, or by its name.

use std::fmt;

use crate::definition::WorkflowDefinition;
use crate::result::StepHandle;

/// A step of the workflow under test: the handle that the macro made (`Refund::PAY`), which cannot be
/// misspelled, or the step's public name.
///
/// ```
/// use stepflow::testing::StepName;
/// use stepflow::workflow;
///
/// struct Scale { state: () }
///
/// #[workflow(state = ())]
/// impl Scale {
///     #[step(name = "weigh the parcel")]
///     fn weigh(&mut self) {}
/// }
///
/// assert_eq!(StepName::from(Scale::WEIGH).as_str(), "weigh the parcel");
/// assert_eq!(StepName::from("weigh the parcel").to_string(), "weigh the parcel");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepName {
    step: String,
    /// The workflow that a handle is of.
    workflow: Option<&'static str>,
}

impl StepName {
    /// The step's public name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.step
    }

    /// The position of the step. A workflow without it is a mistake in the test.
    #[track_caller]
    #[expect(clippy::panic, reason = "a test that names no step of its workflow is wrong, and is told so")]
    pub(super) fn position(&self, definition: &WorkflowDefinition) -> usize {
        let (step, workflow) = (&self.step, &definition.name);
        if let Some(other) = self.workflow
            && other != workflow
        {
            panic!("the handle of step `{step}` is of workflow `{other}`, and `{workflow}` is tested");
        }
        definition.step_index(step).unwrap_or_else(|| {
            let steps: Vec<_> = definition.steps.iter().map(|step| format!("`{}`", step.name)).collect();
            panic!("workflow `{workflow}` has no step `{step}`; its steps are {}", steps.join(", "))
        })
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.step)
    }
}

impl From<&str> for StepName {
    fn from(step: &str) -> Self {
        Self { step: step.to_owned(), workflow: None }
    }
}

impl From<String> for StepName {
    fn from(step: String) -> Self {
        Self { step, workflow: None }
    }
}

impl<T> From<StepHandle<T>> for StepName {
    fn from(handle: StepHandle<T>) -> Self {
        Self { step: handle.name().to_owned(), workflow: Some(handle.workflow_name()) }
    }
}
