//! What a step returns, and where that leads.

use std::convert::Infallible;

use stepflow::{StepOutcome, TextRouted};

use crate::behaviour::Way;
use crate::error::Rejection;

/// What a step may fail with: whatever turns into a [`Rejection`], so a [`FieldError`](crate::FieldError),
/// [`FieldErrors`](crate::FieldErrors) and texts, and types with an `impl From<…> for Rejection`. Nobody implements it
/// by hand.
///
/// ```
/// use stepflow_wizard::Rejection;
/// use stepflow_wizard::typed::StepError;
///
/// struct Taken(&'static str);
///
/// impl From<Taken> for Rejection {
///     fn from(taken: Taken) -> Self {
///         format!("`{}` is taken.", taken.0).into()
///     }
/// }
///
/// fn shown(error: impl StepError) -> String {
///     error.into_rejection().to_string()
/// }
///
/// assert_eq!(shown(Taken("ada")), "`ada` is taken.");
/// assert_eq!(shown("Choose another day."), "Choose another day.");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown to the person who gave the answer",
    label = "not an error of an answer",
    note = "a step's error is a `FieldError`, `FieldErrors`, a text, or a type with `impl From<…> for Rejection`"
)]
pub trait StepError {
    /// What the person is told.
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

/// What a step without routes returns: nothing. Nobody implements it by hand.
///
/// ```
/// use stepflow_wizard::typed::Unrouted;
///
/// fn unused(_: impl Unrouted) {}
///
/// unused(());
/// ```
#[diagnostic::on_unimplemented(
    message = "the step returns `{Self}`, which nothing uses",
    label = "nothing uses this value",
    note = "choose the way on by it, with `routes`, or return nothing"
)]
pub trait Unrouted {}

impl Unrouted for () {}

/// For generated code.
#[doc(hidden)]
impl Way {
    /// Where a step leads, by what it returned.
    pub fn routed<T, E: StepError>(
        result: Result<T, E>,
        router: impl FnOnce(&T) -> Self,
    ) -> Result<Self, Rejection> {
        result.map(|output| router(&output)).map_err(StepError::into_rejection)
    }

    /// Where a step leads that has one way on.
    pub fn only<T: Unrouted>(_: &T, goal: &'static str) -> Self {
        Self::to(goal)
    }

    /// The same way, unless the step cannot be left.
    pub fn unless_kept<E: StepError>(self, left: Result<(), E>) -> Result<Self, Rejection> {
        left.map(|()| self).map_err(StepError::into_rejection)
    }

    /// An output that is routed by text.
    pub fn text<T: TextRouted + ?Sized>(output: &T) -> &str {
        StepOutcome::text(output)
    }
}
