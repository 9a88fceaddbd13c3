//! What one attempt at a step came to, and what a step may return.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

use crate::error::{BoxError, EngineError, StepError};
use crate::result::Output;
/// What one attempt at a step came to.
///
/// ```
/// use stepflow::StepOutcome;
///
/// /// What reading the scale came to.
/// fn weighed(reading: Result<f64, std::num::ParseFloatError>) -> StepOutcome {
///     match reading {
///         Ok(weight) if weight > 30.0 => StepOutcome::succeeded(weight).routed("freight"),
///         Ok(weight) => StepOutcome::succeeded(weight).routed("post"),
///         // Asked again, the scale would say the same.
///         Err(error) => StepOutcome::failed(error).fatal(),
///     }
/// }
/// # assert!(format!("{:?}", weighed("31".parse())).contains("freight"));
/// # assert!(format!("{:?}", weighed("heavy".parse())).contains("retry: false"));
/// ```
#[derive(Debug)]
pub struct StepOutcome(pub(crate) Attempted);

#[derive(Debug)]
pub(crate) enum Attempted {
    Failed {
        error: StepError,
        retry: bool,
    },
    TimedOut {
        limit: Duration,
    },
    /// It succeeded, and says what its output is called on the step's routes.
    Routed {
        output: Output,
        route: Cow<'static, str>,
    },
    Succeeded {
        output: Output,
    },
    /// The body has not returned.
    Unfinished,
}

impl StepOutcome {
    /// The body returned this.
    ///
    /// ```
    /// use stepflow::StepOutcome;
    ///
    /// fn weigh(scale: &[f64]) -> StepOutcome {
    ///     StepOutcome::succeeded(scale.iter().sum::<f64>())
    /// }
    /// # assert!(format!("{:?}", weigh(&[4.0, 0.5])).contains("4.5"));
    /// ```
    pub fn succeeded<T: Serialize + Send + Sync + 'static>(output: T) -> Self {
        Self(Attempted::Succeeded { output: Output::new(output) })
    }

    /// The body failed; the step's retries apply.
    ///
    /// ```
    /// use stepflow::StepOutcome;
    ///
    /// fn weigh(reading: Option<f64>) -> StepOutcome {
    ///     reading.map_or_else(|| StepOutcome::failed("the scale is off"), StepOutcome::succeeded)
    /// }
    /// # assert!(format!("{:?}", weigh(None)).contains("the scale is off"));
    /// ```
    pub fn failed(error: impl Into<BoxError>) -> Self {
        Self(Attempted::Failed { error: StepError::from_body(error), retry: true })
    }

    /// Either, as a body returned it.
    ///
    /// ```
    /// use stepflow::StepOutcome;
    ///
    /// fn weigh(reading: &str) -> StepOutcome {
    ///     StepOutcome::from_result(reading.parse::<f64>())
    /// }
    /// # assert!(format!("{:?}", weigh("4.5")).contains("4.5"));
    /// # assert!(format!("{:?}", weigh("heavy")).contains("Failed"));
    /// ```
    pub fn from_result<T, E>(result: Result<T, E>) -> Self
    where
        T: Serialize + Send + Sync + 'static,
        E: Into<BoxError>,
    {
        result.map_or_else(Self::failed, Self::succeeded)
    }

    /// What the output is called on the step's routes. Nothing for a failure.
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use stepflow::{RouteDefinition, Target};
    /// # use stepflow::{Blocking, BlockingWorkflow, DefinitionRef, Run, RunContext, StepDefinition, StepOutcome};
    /// # use stepflow::{Workflow, WorkflowDefinition};
    /// # struct Scale { state: String }
    /// # impl Workflow for Scale {
    /// #     type State = String;
    /// #     type Mode = Blocking;
    /// #     fn definition(&self) -> DefinitionRef { DefinitionRef::Static(&SCALE) }
    /// #     fn state(&self) -> &String { &self.state }
    /// #     fn into_state(self) -> String { self.state }
    /// # }
    /// # static SCALE: WorkflowDefinition = WorkflowDefinition::new("Scale", STEPS);
    ///
    /// const ROUTES: &[RouteDefinition] =
    ///     &[RouteDefinition::new("heavy", Target::Step(1)), RouteDefinition::new("light", Target::End)];
    /// const STEPS: &[StepDefinition] = &[
    ///     StepDefinition { name: Cow::Borrowed("weigh"), routes: Cow::Borrowed(ROUTES), ..StepDefinition::BLANK },
    ///     StepDefinition::new("lift"),
    /// ];
    ///
    /// impl BlockingWorkflow for Scale {
    ///     fn run_step(&mut self, step: usize, _ctx: &mut RunContext<'_>) -> StepOutcome {
    ///         match step {
    ///             0 => StepOutcome::succeeded(()).routed(self.state.clone()),
    ///             _ => StepOutcome::succeeded(()),
    ///         }
    ///     }
    /// }
    ///
    /// let result = Run::new(Scale { state: "light".to_owned() }).run();
    /// assert_eq!(result.path().len(), 1);
    /// let result = Run::new(Scale { state: "heavy".to_owned() }).run();
    /// assert_eq!(result.path().len(), 2);
    /// ```
    #[must_use]
    pub fn routed(self, key: impl Into<Cow<'static, str>>) -> Self {
        match self.0 {
            Attempted::Routed { output, .. } | Attempted::Succeeded { output } => {
                Self(Attempted::Routed { output, route: key.into() })
            }
            failed => Self(failed),
        }
    }

    /// A failure that no retry can mend, whatever the step's settings say. Nothing for a success.
    ///
    /// ```
    /// use stepflow::StepOutcome;
    ///
    /// fn dial(answer: &'static str) -> StepOutcome {
    ///     let failed = StepOutcome::failed(answer);
    ///     // A line that is busy may be free in a minute; a number that does not exist stays so.
    ///     if answer == "busy" { failed } else { failed.fatal() }
    /// }
    /// # assert!(format!("{:?}", dial("busy")).contains("retry: true"));
    /// # assert!(format!("{:?}", dial("no such number")).contains("retry: false"));
    /// ```
    #[must_use]
    pub fn fatal(self) -> Self {
        match self.0 {
            Attempted::Failed { error, .. } => Self(Attempted::Failed { error, retry: false }),
            other => Self(other),
        }
    }

    /// What a body returned, and whether a failure of its kind may be retried.
    #[doc(hidden)]
    pub fn of<T, E>(result: Result<T, E>, retry: impl FnOnce(&E) -> bool) -> Self
    where
        T: Serialize + Send + Sync + 'static,
        E: StepFailure,
    {
        match result {
            Ok(output) => Self::succeeded(output),
            Err(error) => Self::failed_with(error, retry),
        }
    }

    /// The same for a routed step.
    #[doc(hidden)]
    pub fn of_routed<T, E>(
        result: Result<T, E>,
        retry: impl FnOnce(&E) -> bool,
        route: impl FnOnce(&T) -> Cow<'static, str>,
    ) -> Self
    where
        T: Serialize + Send + Sync + 'static,
        E: StepFailure,
    {
        match result {
            Ok(output) => {
                let route = route(&output);
                Self(Attempted::Routed { output: Output::new(output), route })
            }
            Err(error) => Self::failed_with(error, retry),
        }
    }

    /// The future of an async step.
    #[cfg(feature = "tokio")]
    #[doc(hidden)]
    pub fn async_step_must_be_send<F: Future + Send>(step: F) -> F {
        step
    }

    /// The output of a step that is routed by text.
    #[doc(hidden)]
    pub fn text<T: TextRouted + ?Sized>(output: &T) -> &str {
        output.key()
    }

    #[cold]
    fn failed_with<E: StepFailure>(error: E, retry: impl FnOnce(&E) -> bool) -> Self {
        let retry = retry(&error);
        Self(Attempted::Failed { error: StepError::Step(error.into_boxed()), retry })
    }

    /// The body was stopped because it took longer than this; for drivers.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::StepOutcome;
    ///
    /// /// For a driver with a timer of its own: the body, or that it took too long.
    /// fn within(limit: Duration, finished: Option<StepOutcome>) -> StepOutcome {
    ///     finished.unwrap_or_else(|| StepOutcome::timed_out(limit))
    /// }
    /// # assert!(format!("{:?}", within(Duration::from_secs(5), None)).contains("5s"));
    /// ```
    #[must_use]
    pub fn timed_out(limit: Duration) -> Self {
        Self(Attempted::TimedOut { limit })
    }

    pub(crate) fn is_success(&self) -> bool {
        matches!(self.0, Attempted::Routed { .. } | Attempted::Succeeded { .. })
    }

    /// The body was stopped before it came to anything; for drivers.
    #[must_use]
    pub fn stopped() -> Self {
        Self(Attempted::Unfinished)
    }

    /// For a `run_step` that is asked for a step it does not have.
    ///
    /// ```
    /// use stepflow::StepOutcome;
    ///
    /// fn run_step(step: usize) -> StepOutcome {
    ///     match step {
    ///         0 => StepOutcome::succeeded(()),
    ///         other => StepOutcome::unknown_step(other),
    ///     }
    /// }
    /// # assert!(format!("{:?}", run_step(1)).contains("UnknownStep"));
    /// ```
    #[must_use]
    pub fn unknown_step(index: usize) -> Self {
        let error = StepError::Engine(Box::new(EngineError::UnknownStep { index }));
        Self(Attempted::Failed { error, retry: false })
    }
}

/// What a step may fail with: whatever turns into a boxed error, so every
/// `std::error::Error + Send + Sync + 'static`, and texts. Nobody implements it by hand.
///
/// ```
/// use stepflow::StepFailure;
///
/// fn text(error: impl StepFailure) -> String {
///     error.into_boxed().to_string()
/// }
///
/// assert_eq!(text("the scale is off"), "the scale is off");
/// assert_eq!(text(std::io::Error::other("no such port")), "no such port");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a step",
    label = "not an error that a result can keep",
    note = "a step's error is `std::error::Error + Send + Sync + 'static` (derive `thiserror::Error`, say), or a `String`"
)]
pub trait StepFailure {
    /// The error in a box.
    fn into_boxed(self) -> BoxError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> StepFailure for E {
    fn into_boxed(self) -> BoxError {
        self.into()
    }
}

/// What a step that is routed by text may return: whatever can be read as a text. Nobody implements it by
/// hand.
///
/// ```
/// use stepflow::workflow;
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step(routes = { "small" => post, "large" => END })]
///     fn weigh(&mut self) -> String {
///         "small".to_owned()
///     }
///     #[step]
///     fn post(&mut self) {}
/// }
///
/// let result = Parcel { state: () }.run();
/// assert_eq!(result.route_trace()[0].route_key(), "small");
/// assert_eq!(stepflow::TextRouted::key("small"), "small");
/// ```
#[diagnostic::on_unimplemented(
    message = "an output of type `{Self}` cannot be compared with the texts of `routes`",
    label = "routed by text, and returns `{Self}`",
    note = "return a `String`, a `&'static str` or a `Cow<'static, str>`, or route by patterns of the type itself"
)]
pub trait TextRouted {
    /// The text.
    fn key(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str> + ?Sized> TextRouted for T {
    fn key(&self) -> &str {
        self.as_ref()
    }
}
