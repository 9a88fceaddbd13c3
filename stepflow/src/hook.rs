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
/// use stepflow::{Run, WorkflowEvent, workflow};
///
/// fn line(event: &WorkflowEvent<'_>) -> String {
///     let (run, workflow) = (event.run_id(), event.workflow_name());
///     match event {
///         WorkflowEvent::StepFinished(finished) => {
///             let step = finished.step();
///             format!("{run} {workflow}.{} {}", step.name(), step.status())
///         }
///         WorkflowEvent::WorkflowFinished(finished) => format!("{run} {workflow} {}", finished.record().status()),
///         _ => format!("{run} {workflow}.{} {}", event.step_name().unwrap_or("-"), event.kind()),
///     }
/// }
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step]
///     fn weigh(&mut self) {}
/// }
///
/// let mut lines = vec![];
/// Run::new(Parcel { state: () }).run_id("p1".parse()?).on_event(|event| lines.push(line(event))).run();
/// assert_eq!(lines, [
///     "p1 Parcel.- WorkflowStarted",
///     "p1 Parcel.weigh StepStarted",
///     "p1 Parcel.weigh succeeded",
///     "p1 Parcel succeeded",
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
///
/// It says nothing beside what [every event](WorkflowEvent) says.
///
/// ```
/// use stepflow::{Run, WorkflowEvent, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let mut first = None;
/// Run::new(Parcel { state: 7 })
///     .on_event(|event| {
///         if let WorkflowEvent::WorkflowStarted(_) = event {
///             first = event.state::<u32>().copied();
///         }
///     })
///     .run();
/// assert_eq!(first, Some(7));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct WorkflowStartedEvent<'a> {
    pub(crate) scene: Scene<'a>,
}

/// A step is about to be approved and run.
///
/// ```
/// use stepflow::{Run, WorkflowEvent, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let mut started = vec![];
/// Run::new(Parcel { state: 0 })
///     .on_event(|event| {
///         if let WorkflowEvent::StepStarted(step) = event {
///             started.push(step.step_name().to_owned());
///         }
///     })
///     .run();
/// assert_eq!(started, ["weigh"]);
/// ```
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
///
/// ```
/// use stepflow::{Run, WorkflowEvent, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let mut attempts = 0;
/// Run::new(Parcel { state: 0 })
///     .on_event(|event| {
///         if let WorkflowEvent::StepFinished(finished) = event {
///             attempts += finished.step().attempts();
///         }
///     })
///     .run();
/// assert_eq!(attempts, 1);
/// ```
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
///
/// ```
/// use stepflow::{Run, WorkflowEvent, WorkflowStatus, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let mut ended = None;
/// Run::new(Parcel { state: 0 })
///     .on_event(|event| {
///         if let WorkflowEvent::WorkflowFinished(finished) = event {
///             ended = Some(finished.record().status());
///         }
///     })
///     .run();
/// assert_eq!(ended, Some(WorkflowStatus::Succeeded));
/// ```
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
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)]
    /// # impl Parcel {
    /// #     #[step]
    /// #     fn weigh(&mut self) {
    /// #         self.state += 1;
    /// #     }
    /// # }
    /// let mut states: Vec<u32> = vec![];
    /// Run::new(Parcel { state: 0 }).on_event(|event| states.extend(event.state::<u32>())).run();
    /// assert_eq!(states, [0, 0, 1, 1]);
    /// ```
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
/// use stepflow::{BoxError, Run, WorkflowEvent, WorkflowHook, workflow};
///
/// /// Lets so many steps start, and no more.
/// struct Allowance(u32);
///
/// impl WorkflowHook for Allowance {
///     fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
///         if let WorkflowEvent::StepStarted(_) = event {
///             self.0 = self.0.checked_sub(1).ok_or("the allowance is used up")?;
///         }
///         Ok(())
///     }
/// }
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// assert!(Run::new(Parcel { state: 0 }).hook(Allowance(1)).run().is_succeeded());
/// assert!(Run::new(Parcel { state: 0 }).hook(Allowance(0)).run().is_failed());
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
///
/// ```
/// use std::io::Write;
/// use stepflow::{Run, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) {
/// #         self.state += 1;
/// #     }
/// # }
/// let mut journal = vec![];
/// let result = Run::new(Parcel { state: 0 }).on_event(|event| writeln!(journal, "{}", event.kind())).run();
/// assert!(result.is_succeeded());
/// assert_eq!(String::from_utf8(journal)?.lines().count(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait IntoHookOutcome {
    /// Whether the closure failed.
    ///
    /// # Errors
    ///
    /// The closure's own.
    ///
    /// ```
    /// use stepflow::IntoHookOutcome;
    ///
    /// ().into_hook_outcome()?;
    /// assert!(Err("the journal is full").into_hook_outcome().is_err());
    /// # Ok::<(), stepflow::BoxError>(())
    /// ```
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

/// The hooks in their order. The first has a place of its own, because most runs that have hooks have
/// one, and a list would be one allocation more.
#[derive(Default)]
pub(crate) struct Hooks<'h> {
    first: Option<Hook<'h>>,
    others: Vec<Hook<'h>>,
}

impl<'h> Hooks<'h> {
    pub(crate) fn push(&mut self, hook: Hook<'h>) {
        match &self.first {
            None => self.first = Some(hook),
            Some(_) => self.others.push(hook),
        }
    }
}

#[cfg(feature = "tokio")]
type AsyncHook<'h> = dyn FnMut(&WorkflowEvent<'_>) -> BoxFuture<Result<(), BoxError>> + Send + 'h;

pub(crate) enum Hook<'h> {
    #[cfg(feature = "tokio")]
    Async(Box<AsyncHook<'h>>),
    Blocking(Box<dyn WorkflowHook + 'h>),
}

#[cfg(feature = "tokio")]
impl<'h> Hook<'h> {
    /// An async closure as a hook.
    pub(crate) fn awaited<F, R>(mut hook: impl FnMut(&WorkflowEvent<'_>) -> F + Send + 'h) -> Self
    where
        F: Future<Output = R> + Send + 'static,
        R: IntoHookOutcome,
    {
        Self::Async(Box::new(move |event| {
            let outcome = hook(event);
            Box::pin(async move { outcome.await.into_hook_outcome() })
        }))
    }
}

impl Observers for Hooks<'_> {
    fn len(&self) -> usize {
        self.others.len() + usize::from(self.first.is_some())
    }

    fn call(&mut self, hook: usize, event: &WorkflowEvent<'_>) -> Answer<()> {
        let hook = match hook {
            0 => self.first.as_mut(),
            nth => self.others.get_mut(nth - 1),
        };
        match hook {
            #[cfg(feature = "tokio")]
            Some(Hook::Async(hook)) => Answer::Later(hook(event)),
            Some(Hook::Blocking(hook)) => Answer::Now(hook.on_event(event)),
            None => Answer::Now(Ok(())),
        }
    }
}
