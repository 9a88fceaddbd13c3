//! Observers of a run: what they see, in which order, and what happens when one fails.

use std::any::Any;
use std::fmt;

use crate::driver::Answer;
#[cfg(feature = "tokio")]
use crate::driver::BoxFuture;
use crate::error::{BoxError, EventKind};
use crate::result::{RunRecord, StepResult};
use crate::run_id::RunId;

/// Something happened in a run (reference items 83 to 101).
///
/// In order: the run starts; for every step that is reached, it starts and it finishes; the run
/// finishes. Retries and skipped steps are silent. A step starts before its approval is asked for.
///
/// ```
/// use stepflow::WorkflowEvent;
///
/// fn log(event: &WorkflowEvent<'_>) {
///     match event {
///         WorkflowEvent::StepFinished(finished) => {
///             println!("{} {}", finished.step().name(), finished.step().status());
///         }
///         WorkflowEvent::WorkflowFinished(finished) => println!("run {}", finished.record().status()),
///         _ => {}
///     }
/// }
/// # let _ = log;
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum WorkflowEvent<'a> {
    /// A step has ended, one way or another.
    StepFinished(StepFinishedEvent<'a>),
    /// A step is about to be approved and run.
    StepStarted(StepStartedEvent<'a>),
    /// The run has ended, one way or another.
    WorkflowFinished(WorkflowFinishedEvent<'a>),
    /// The run begins, or goes on after a pause.
    WorkflowStarted(WorkflowStartedEvent<'a>),
}

/// What every event knows.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) record: &'a RunRecord,
    pub(crate) state: &'a dyn Any,
}

impl fmt::Debug for Scene<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {} of `{}`", self.record.run_id, self.record.workflow_name)
    }
}

/// The run begins, or goes on after a pause.
#[derive(Debug, Clone, Copy)]
pub struct WorkflowStartedEvent<'a> {
    pub(crate) scene: Scene<'a>,
}

/// A step is about to be approved and run.
#[derive(Debug, Clone, Copy)]
pub struct StepStartedEvent<'a> {
    pub(crate) scene: Scene<'a>,
    pub(crate) step_name: &'a str,
}

impl<'a> StepStartedEvent<'a> {
    /// The step's public name.
    #[must_use]
    pub fn step_name(&self) -> &'a str {
        self.step_name
    }
}

/// A step has ended, one way or another.
#[derive(Debug, Clone, Copy)]
pub struct StepFinishedEvent<'a> {
    pub(crate) scene: Scene<'a>,
    pub(crate) step: &'a StepResult,
}

impl<'a> StepFinishedEvent<'a> {
    /// What happened at the step.
    #[must_use]
    pub fn step(&self) -> &'a StepResult {
        self.step
    }
}

/// The run has ended, one way or another.
#[derive(Debug, Clone, Copy)]
pub struct WorkflowFinishedEvent<'a> {
    pub(crate) scene: Scene<'a>,
}

impl<'a> WorkflowFinishedEvent<'a> {
    /// What happened in the run.
    #[must_use]
    pub fn record(&self) -> &'a RunRecord {
        self.scene.record
    }
}

impl<'a> WorkflowEvent<'a> {
    /// Which of the four it is.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self {
            Self::StepFinished(_) => EventKind::StepFinished,
            Self::StepStarted(_) => EventKind::StepStarted,
            Self::WorkflowFinished(_) => EventKind::WorkflowFinished,
            Self::WorkflowStarted(_) => EventKind::WorkflowStarted,
        }
    }

    /// The workflow's public name. A child's events carry the child's.
    #[must_use]
    pub fn workflow_name(&self) -> &'a str {
        self.scene().record.workflow_name()
    }

    /// The run's id. A child has its own.
    #[must_use]
    pub fn run_id(&self) -> &'a RunId {
        &self.scene().record.run_id
    }

    /// The public name of the step that the event is about, if it is about one.
    #[must_use]
    pub fn step_name(&self) -> Option<&'a str> {
        match self {
            Self::StepFinished(event) => Some(event.step.name()),
            Self::StepStarted(event) => Some(event.step_name),
            Self::WorkflowFinished(_) | Self::WorkflowStarted(_) => None,
        }
    }

    /// The state as it is now; `None` when it is not an `S`.
    #[must_use]
    pub fn state<S: 'static>(&self) -> Option<&'a S> {
        self.scene().state.downcast_ref()
    }

    fn scene(&self) -> &Scene<'a> {
        match self {
            Self::StepFinished(event) => &event.scene,
            Self::StepStarted(event) => &event.scene,
            Self::WorkflowFinished(event) => &event.scene,
            Self::WorkflowStarted(event) => &event.scene,
        }
    }
}

/// Observes runs. For a closure, see [`Run::on_event`](crate::Run::on_event).
///
/// ```
/// use stepflow::{BoxError, WorkflowEvent, WorkflowHook};
///
/// #[derive(Default)]
/// struct Counter { events: usize }
///
/// impl WorkflowHook for Counter {
///     fn on_event(&mut self, _event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
///         self.events += 1;
///         Ok(())
///     }
/// }
/// # let _ = Counter::default();
/// ```
pub trait WorkflowHook: Send {
    /// Sees one event.
    ///
    /// # Errors
    ///
    /// An error fails the step or the run that would otherwise succeed; it never replaces an error of
    /// the step's own and never undoes a pause (differences M7, M9 and M16). The other hooks still see
    /// the event.
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError>;
}

/// What a closure that observes events may return: `()`, or a `Result` of it.
pub trait IntoHookOutcome {
    /// Whether the closure failed.
    ///
    /// # Errors
    ///
    /// The closure's own.
    fn into_hook_outcome(self) -> Result<(), BoxError>;
}

impl IntoHookOutcome for () {
    fn into_hook_outcome(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Into<BoxError>> IntoHookOutcome for Result<(), E> {
    fn into_hook_outcome(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// A closure as a [`WorkflowHook`].
pub(crate) struct OnEvent<F>(pub(crate) F);

impl<F, R> WorkflowHook for OnEvent<F>
where
    F: FnMut(&WorkflowEvent<'_>) -> R + Send,
    R: IntoHookOutcome,
{
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
        (self.0)(event).into_hook_outcome()
    }
}

/// The hooks of a run, which its children may share.
pub(crate) trait Observers: Send {
    fn len(&self) -> usize;

    /// Shows the event to one of them.
    fn call(&mut self, hook: usize, event: &WorkflowEvent<'_>) -> Answer<()>;
}

#[derive(Default)]
pub(crate) struct Hooks<'h>(pub(crate) Vec<Hook<'h>>);

#[cfg(feature = "tokio")]
type AsyncHook<'h> = dyn FnMut(&WorkflowEvent<'_>) -> BoxFuture<Result<(), BoxError>> + Send + 'h;

pub(crate) enum Hook<'h> {
    #[cfg(feature = "tokio")]
    Async(Box<AsyncHook<'h>>),
    Blocking(Box<dyn WorkflowHook + 'h>),
}

impl Observers for Hooks<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn call(&mut self, hook: usize, event: &WorkflowEvent<'_>) -> Answer<()> {
        match self.0.get_mut(hook) {
            #[cfg(feature = "tokio")]
            Some(Hook::Async(hook)) => Answer::Later(hook(event)),
            Some(Hook::Blocking(hook)) => Answer::Now(hook.on_event(event)),
            None => Answer::Now(Ok(())),
        }
    }
}
