//! What goes wrong, as one family of typed errors.
//!
//! A failed run is a result, not an error: [`StepError`] and [`HookError`] live inside it. The others
//! are returned where a caller asks for something that cannot be had.

mod child;
mod hook;
mod recover;
mod resume;
mod saved;
mod step;
mod workflow;

pub use self::child::ChildWorkflowError;
pub use self::hook::{EventKind, HookError};
pub use self::recover::RecoverError;
pub use self::resume::{ResumeError, ResumeRefusal};
pub use self::saved::SavedError;
pub use self::step::{
    ApprovalRequiredError, CancelledError, EngineError, ErrorKind, PanicError, RouteResolutionError,
    StepError, TimeoutError, VisitLimitError,
};
pub use self::workflow::WorkflowError;

/// Any error that a step, hook or handler may fail with.
///
/// ```
/// use stepflow::BoxError;
///
/// fn weigh(reading: &str) -> Result<f64, BoxError> {
///     let weight: f64 = reading.parse()?;
///     if weight < 0.0 { Err("the scale hangs upside down".into()) } else { Ok(weight) }
/// }
///
/// assert_eq!(weigh("4.5")?, 4.5);
/// assert!(weigh("-1").is_err());
/// # Ok::<(), BoxError>(())
/// ```
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// The texts of an error and of all that caused it, outermost first.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> impl Iterator<Item = String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string)
}
