//! What the output of `#[wizard]` calls. Not for people: it may change with any release.

pub use crate::Map as Answers;
pub use stepflow::__private::{NotAResult, Probe, StepReturn, is_reached};
pub use stepflow::WorkflowGraph;

pub use crate::behaviour::Way;
pub use crate::definition::{Blueprint, Definition};
pub use crate::error::{DefinitionErrors, Rejection};
pub use crate::typed::answer::{answer, result};
pub use crate::typed::outline::{Outline, Stage};
pub use crate::typed::validate::{NoRules, Rules};
pub use crate::typed::{StageHandle, SubflowHandle, Wizard, definition};

use std::convert::Infallible;

use stepflow::{StepOutcome, TextRouted};

/// What a step may fail with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown to the person who gave the answer",
    label = "not an error of an answer",
    note = "a step's error is a `FieldError`, `FieldErrors`, a text, or a type with `impl From<…> for Rejection`"
)]
pub trait StepError {
    fn into_rejection(self) -> Rejection;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Rejection>> StepError for E {
    fn into_rejection(self) -> Rejection {
        self.into()
    }
}

impl From<Infallible> for Rejection {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a step without routes returns.
#[diagnostic::on_unimplemented(
    message = "the step returns `{Self}`, which nothing uses",
    label = "nothing uses this value",
    note = "choose the way on by it, with `routes = { … }`, or return nothing"
)]
pub trait Nothing {}

impl Nothing for () {}

/// What `on_leave` returns.
#[diagnostic::on_unimplemented(
    message = "`on_leave` returns `{Self}`",
    label = "returns neither nothing nor a `Result<(), …>`",
    note = "it returns nothing, or `Result<(), FieldError>` to keep the person on the step"
)]
pub trait Left {
    fn into_result(self) -> Result<(), Rejection>;
}

impl Left for () {
    fn into_result(self) -> Result<(), Rejection> {
        Ok(())
    }
}

impl<E: StepError> Left for Result<(), E> {
    fn into_result(self) -> Result<(), Rejection> {
        self.map_err(StepError::into_rejection)
    }
}

/// Where a step leads, by what it returned.
///
/// # Errors
///
/// The step's own.
pub fn routed<T, E: StepError>(
    result: Result<T, E>,
    router: impl FnOnce(&T) -> Way,
) -> Result<Way, Rejection> {
    result.map(|output| router(&output)).map_err(StepError::into_rejection)
}

pub fn unused<T: Nothing>(_: &T, goal: &str) -> Way {
    Way::to(goal)
}

/// # Errors
///
/// What keeps the person on the step.
pub fn left(left: impl Left) -> Result<(), Rejection> {
    left.into_result()
}

pub fn text<T: TextRouted + ?Sized>(output: &T) -> &str {
    StepOutcome::text(output)
}

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
