//! What the output of `#[wizard]` calls. Not for people: it may change with any release.

pub use stepflow::__private::{NotAResult, Probe, StepReturn, is_reached};
pub use stepflow::WorkflowGraph;
pub use stepflow_macros::wizard_step as step;

pub use crate::Map as Answers;
pub use crate::behaviour::Way;
pub use crate::definition::{Blueprint, Definition};
pub use crate::error::{DefinitionErrors, Rejection};
pub use crate::typed::outline::{Outline, Stage};
pub use crate::typed::validate::{NoRules, Rule, Rules};
pub use crate::typed::{StageHandle, Wizard, definition};

/// The step below, as configured.
#[must_use]
pub fn below(names: &[&'static str], step: usize) -> &'static str {
    names.get(step + 1).copied().unwrap_or("END")
}

#[cold]
#[must_use]
pub fn unknown_step(stage: &str) -> Rejection {
    Rejection::from(format!("the wizard has no step `{stage}`"))
}

#[cold]
#[must_use]
pub fn not_skippable(stage: &str) -> Rejection {
    Rejection::from(format!("the step `{stage}` needs an answer"))
}

/// # Errors
///
/// A text is a template that does not parse.
pub fn graph<W: Wizard>() -> Result<WorkflowGraph, DefinitionErrors> {
    Ok(Definition::new(W::blueprint()?)?.graph())
}
