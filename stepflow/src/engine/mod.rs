//! Decides what happens next in a run, and does nothing: no clock, no sleep, no thread, no I/O.
//!
//! A driver makes an [`Engine`], [begins](Engine::begin), carries out the [`Command`] it is given, tells the engine what came
//! of it as an [`Input`], and is given the next command, until that is [`Command::Finish`]. Times,
//! chance, outcomes of steps, decisions and failures of hooks are handed in. Every rule of execution
//! lives here once, whatever the driver.
//!
//! An input that the engine did not ask for fails the run with an
//! [`EngineError`]; once finished, it stays finished.
//!
//! ```
//! use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
//! use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
//!
//! const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
//! static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", STEPS);
//!
//! let setup = Setup { at: Moment::from_nanos(0), gates: Gates::Refuse, observed: false, seed: 0 };
//! let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "parcel-1".parse()?, setup);
//! assert_eq!(engine.begin(), Command::Attempt { step: 0, attempt: 1 });
//!
//! let weighed = Input::Attempted { outcome: StepOutcome::succeeded(4.5), children: vec![], at: Moment::from_nanos(20) };
//! assert_eq!(engine.handle(weighed), Command::Finish);
//! assert!(engine.into_record().is_succeeded());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(clippy::disallowed_methods, clippy::disallowed_types)]

mod attempt;
mod cancel;
mod finish;
mod gate;
mod recover;
mod save;
mod start;

use std::mem::replace;
use std::time::Duration;

pub use self::save::Boundary;
use self::save::Durable;
use crate::approval::ApprovalDecision;
use crate::definition::{DefinitionRef, StepDefinition};
use crate::error::{BoxError, EngineError, EventKind, HookError, StepError, TimeoutError};
use crate::result::{ChildResult, RunRecord};
pub use crate::saved::{Position, RunHead};
pub use crate::time::Moment;
use crate::workflow::{Attempted, StepOutcome};

/// What a driver is to do next.
///
/// ```
/// use stepflow::engine::Command;
///
/// /// What a driver writes to its log before it obeys.
/// fn intent(command: Command) -> String {
///     match command {
///         Command::Ask { step } => format!("ask about step {step}"),
///         Command::Attempt { step, attempt } => format!("run step {step}, try {attempt}"),
///         Command::Notify(notice) => format!("tell the hooks of {}", notice.event),
///         Command::Wait(duration) => format!("wait {duration:?}"),
///         Command::Finish => "hand over the record".to_owned(),
///         other => format!("{other:?}"),
///     }
/// }
///
/// assert_eq!(intent(Command::Attempt { step: 0, attempt: 2 }), "run step 0, try 2");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Ask for the approval of this step; answer [`Input::Decided`].
    Ask {
        /// The step's position.
        step: usize,
    },
    /// Run the body of this step once, within [`Engine::timeout`] if the driver can; answer
    /// [`Input::Attempted`].
    Attempt {
        /// The step's position.
        step: usize,
        /// Which attempt, counted from 1.
        attempt: u32,
    },
    /// The run is over; take the record.
    Finish,
    /// Tell the hooks; answer [`Input::Notified`].
    Notify(Notice),
    /// Save the run as [`Engine::boundary`] tells it, together with its state; answer [`Input::Saved`] or
    /// [`Input::Unsaved`]. Given only where the run is one that [is saved](Engine::recover).
    Save,
    /// Wait so long; answer [`Input::Waited`].
    Wait(Duration),
}

impl Command {
    /// Whether a run that somebody wants to stop is stopped instead of doing this. What has happened is
    /// still told.
    ///
    /// A driver asks before it carries the command out, and answers [`Input::cancelled`] where this is true.
    ///
    /// ```
    /// use stepflow::engine::Command;
    ///
    /// assert!(Command::Attempt { step: 0, attempt: 1 }.can_be_cancelled());
    /// assert!(!Command::Finish.can_be_cancelled());
    /// ```
    #[must_use]
    pub fn can_be_cancelled(&self) -> bool {
        match self {
            Self::Ask { .. } | Self::Attempt { .. } | Self::Wait(_) => true,
            Self::Notify(notice) => notice.event == EventKind::StepStarted,
            Self::Finish | Self::Save => false,
        }
    }
}

/// Which event to tell the hooks. The record has what they may see.
///
/// It comes with [`Command::Notify`]; the driver shows the event to every hook, in order, and answers
/// [`Input::Notified`] with the failures.
///
/// ```
/// # use stepflow::engine::{Engine, Gates, Moment, Setup};
/// # use stepflow::{DefinitionRef, StepDefinition, WorkflowDefinition};
/// use stepflow::EventKind;
/// use stepflow::engine::{Command, Input, Notice};
///
/// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
/// let setup = Setup { at: Moment::from_nanos(0), gates: Gates::Refuse, observed: true, seed: 0 };
/// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
/// assert_eq!(engine.begin(), Command::Notify(Notice { event: EventKind::WorkflowStarted, step: 0 }));
/// let next = engine.handle(Input::Notified(vec![]));
/// assert_eq!(next, Command::Notify(Notice { event: EventKind::StepStarted, step: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Which of the four events.
    pub event: EventKind,
    /// The position of the step that it is about; 0 where it is about none.
    pub step: usize,
}

/// What came of a command.
///
/// ```
/// use stepflow::StepOutcome;
/// use stepflow::engine::{Input, Moment};
///
/// /// What a driver says of a body that returned.
/// fn returned(weight: f64, at: Moment) -> Input {
///     Input::Attempted { outcome: StepOutcome::succeeded(weight), children: vec![], at }
/// }
/// # use stepflow::engine::{Command, Engine, Gates, Setup};
/// # use stepflow::{DefinitionRef, StepDefinition, WorkflowDefinition};
/// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
/// # let at = Moment::from_nanos(0);
/// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
/// # let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
/// # engine.begin();
/// # assert_eq!(engine.handle(returned(4.5, at)), Command::Finish);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Input {
    /// The body ran.
    Attempted {
        /// What it came to.
        outcome: StepOutcome,
        /// The children that it ran.
        children: Vec<ChildResult>,
        /// When it ended.
        at: Moment,
    },
    /// Somebody wants the run to stop; may come instead of any answer.
    Cancelled {
        /// When.
        at: Moment,
        /// What became of the body that was under way, if one was: it may have come to its end in spite of
        /// the wish, or it was [stopped](StepOutcome::stopped).
        attempt: Option<StepOutcome>,
        /// The children that the body had run.
        children: Vec<ChildResult>,
    },
    /// Somebody decided, or could not be asked.
    Decided {
        /// What they said, or what went wrong.
        decision: Result<ApprovalDecision, StepError>,
        /// When they said it.
        at: Moment,
    },
    /// The hooks were told; these failed, in the order of the hooks.
    Notified(Vec<HookError>),
    /// The run is saved.
    Saved {
        /// When that was done.
        at: Moment,
    },
    /// The run cannot be saved, ever: its state has no JSON, for instance. A run that cannot be saved *now* is
    /// left where it is.
    Unsaved {
        /// Why.
        error: BoxError,
        /// When that was known.
        at: Moment,
    },
    /// The wait is over.
    Waited {
        /// Since when.
        at: Moment,
    },
}

impl Input {
    /// Somebody wants the run to stop, and no body was under way.
    ///
    /// ```
    /// use stepflow::WorkflowStatus;
    /// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
    /// # let at = Moment::from_nanos(0);
    /// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
    ///
    /// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
    /// engine.begin();
    /// assert_eq!(engine.handle(Input::cancelled(at)), Command::Finish);
    /// assert_eq!(engine.record().status(), WorkflowStatus::Cancelled);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn cancelled(at: Moment) -> Self {
        Self::Cancelled { at, attempt: None, children: Vec::new() }
    }
}

/// What a run does at a gate.
///
/// A driver chooses it once a run: by whether it was given a handler, and whether it may pause.
///
/// ```
/// # use std::borrow::Cow;
/// # use stepflow::{ApprovalDefinition, DefinitionRef, StepDefinition, WorkflowDefinition};
/// use stepflow::engine::{Command, Engine, Gates, Moment, Setup};
///
/// # static VALVE: WorkflowDefinition = WorkflowDefinition::new("valve", const { &[StepDefinition {
/// #     name: Cow::Borrowed("open"),
/// #     approval: Some(ApprovalDefinition::BLANK),
/// #     ..StepDefinition::BLANK
/// # }] });
/// let setup = |gates| Setup { at: Moment::from_nanos(0), gates, observed: false, seed: 0 };
/// let run = |gates| Ok::<_, stepflow::RunIdError>(Engine::new(DefinitionRef::Static(&VALVE), "v1".parse()?, setup(gates)));
///
/// assert_eq!(run(Gates::Ask)?.begin(), Command::Ask { step: 0 });
///
/// let mut pausing = run(Gates::Pause)?;
/// assert_eq!(pausing.begin(), Command::Finish);
/// assert!(pausing.record().is_paused());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gates {
    /// Ask a handler.
    Ask,
    /// Pause the run.
    Pause,
    /// Fail: there is nobody to ask.
    Refuse,
    /// Fail: the parent would pause, and a child inside a step cannot make it.
    RefuseInChild,
}

/// What a driver knows when a run starts or goes on.
///
/// ```
/// use stepflow::engine::{Gates, Moment, Setup};
///
/// // A run that nobody looks at, and that pauses at its gates.
/// let setup = Setup { at: Moment::from_nanos(0), gates: Gates::Pause, observed: false, seed: 42 };
/// assert_eq!(setup.gates, Gates::Pause);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// The time.
    pub at: Moment,
    /// What to do at a gate.
    pub gates: Gates,
    /// Whether there are hooks, or somebody may cancel the run; if not, no [`Command::Notify`] is given.
    pub observed: bool,
    /// Chance, for the jitter of retries.
    pub seed: u64,
}

// The engine costs what it moves through memory, and what it calls. Hence: lists are handed in by reference
// and emptied; answers on the way of a step that succeeds fit in registers; that way, from `attempted` to
// the next `Command::Attempt`, is inlined into one function (`inline(always)`: left to itself the compiler
// makes it eight, which is a tenth of a short run), and what is seldom taken is `cold`.
// `docs/performance.md` has the measurements.

/// One run, between two commands.
///
/// ```
/// use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
/// use stepflow::{ApprovalDecision, DefinitionRef, RunId, RunRecord, StepDefinition, StepOutcome, WorkflowDefinition};
///
/// /// A whole driver: no hooks, a yes to every question, and waits that take no time.
/// fn drive(definition: DefinitionRef, id: RunId, mut body: impl FnMut(usize) -> StepOutcome) -> RunRecord {
///     let at = Moment::from_nanos(0);
///     let mut engine = Engine::new(definition, id, Setup { at, gates: Gates::Ask, observed: false, seed: 1 });
///     let mut command = engine.begin();
///     loop {
///         command = match command {
///             Command::Ask { .. } => engine.handle(Input::Decided { decision: Ok(ApprovalDecision::approve()), at }),
///             Command::Attempt { step, .. } => engine.attempted(&mut body(step), &mut vec![], at),
///             Command::Notify(_) => engine.notified(&mut vec![]),
///             Command::Wait(_) => engine.handle(Input::Waited { at }),
///             _ => return engine.into_record(),
///         };
///     }
/// }
///
/// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
/// static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", STEPS);
/// let record = drive(DefinitionRef::Static(&PARCEL), "p1".parse()?, |step| StepOutcome::succeeded(step * 10));
/// assert_eq!(record.steps()[1].output().ok_or("it ran")?.to_json()?, 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Engine {
    definition: DefinitionRef,
    record: RunRecord,
    phase: Phase,
    gates: Gates,
    observed: bool,
    chance: fastrand::Rng,
    now: Moment,
    /// The step under way.
    draft: Draft,
    /// How many visits to steps there have been.
    visited: u32,
    /// Where to go when the hooks have been told that the step has finished.
    after: After,
    /// What was decided before a resumed run reached its gate again.
    decided: Option<ApprovalDecision>,
    /// How many times the run has paused at a gate.
    asked: u32,
    durable: Option<Box<Durable>>,
}

/// What the engine waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Asking,
    Attempting,
    Delaying,
    Finished,
    Finishing,
    SavingAttempt,
    SavingEnd,
    SavingRetry,
    SavingStep,
    Starting,
    StepFinishing,
    StepStarting,
    Waiting,
}

/// The step under way; what is known of it already stands in the record.
#[derive(Debug, Clone, Copy)]
struct Draft {
    step: usize,
    started: Moment,
    /// When the first attempt began; the budget of retries runs from here.
    begun: Moment,
    attempts: u32,
    /// Which visit to the step this is, counted from 1.
    visit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Cancel,
    End,
    Fail,
    Pause,
    Step(usize),
}

impl Engine {
    /// Takes what came of the last command, and gives the next.
    ///
    /// Called once for each command but [`Command::Finish`].
    pub fn handle(&mut self, input: Input) -> Command {
        match (self.phase, input) {
            (_, Input::Attempted { mut outcome, mut children, at }) => {
                self.attempted(&mut outcome, &mut children, at)
            }
            (_, Input::Notified(mut errors)) => self.notified(&mut errors),
            (Phase::Waiting, Input::Waited { at }) => {
                self.now = at;
                self.attempt()
            }
            (Phase::Delaying, Input::Waited { at }) => self.delayed(at),
            (Phase::Asking, Input::Decided { decision, at }) => self.decided(decision, at),
            (_, Input::Saved { at }) => self.saved(at),
            (_, Input::Unsaved { error, at }) => self.unsaved(error, at),
            (phase, Input::Cancelled { at, attempt, mut children }) if phase != Phase::Finished => {
                self.cancel(at, attempt, &mut children)
            }
            (_, Input::Cancelled { .. }) => self.misused("to stop"),
            (_, Input::Decided { .. }) => self.misused("of a decision"),
            (_, Input::Waited { .. }) => self.misused("that a wait is over"),
        }
    }

    /// The same as [`handle`](Self::handle) of [`Input::Attempted`], for the step of every loop: nothing
    /// is wrapped to be unwrapped again. The
    /// outcome and the children are taken.
    ///
    /// Called when a body has run, by drivers that count nanoseconds.
    #[inline]
    pub fn attempted(
        &mut self,
        outcome: &mut StepOutcome,
        children: &mut Vec<ChildResult>,
        at: Moment,
    ) -> Command {
        if self.phase != Phase::Attempting {
            return self.misused("that a step's body has run");
        }
        self.now = at;
        self.adopt(children);
        match replace(&mut outcome.0, Attempted::Unfinished) {
            Attempted::Succeeded { output } => self.succeeded(output, None),
            Attempted::Routed { output, route } => self.succeeded(output, Some(route)),
            Attempted::Failed { error, retry } => self.failed(error, retry),
            Attempted::TimedOut { limit } => {
                self.failed(StepError::Timeout(TimeoutError { limit }), self.policy().timeouts)
            }
            Attempted::Unfinished => {
                let index = self.draft.step;
                self.failed(StepError::Engine(Box::new(EngineError::UnknownStep { index })), false)
            }
        }
    }

    /// The same as [`handle`](Self::handle) of [`Input::Notified`]. The errors are taken.
    ///
    /// Called when the hooks have been told, by drivers that count nanoseconds.
    ///
    /// ```
    /// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
    /// # let at = Moment::from_nanos(0);
    /// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
    /// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, Setup { observed: true, ..setup });
    /// assert!(matches!(engine.begin(), Command::Notify(_)));
    /// assert!(matches!(engine.notified(&mut vec![]), Command::Notify(_)));
    /// assert_eq!(engine.notified(&mut vec![]), Command::Attempt { step: 0, attempt: 1 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn notified(&mut self, errors: &mut Vec<HookError>) -> Command {
        match self.phase {
            Phase::StepFinishing => {
                let failed = self.note(errors);
                self.step_finished(failed)
            }
            Phase::StepStarting => {
                let failed = self.note(errors);
                self.step_started(failed)
            }
            Phase::Starting => {
                let failed = self.note(errors);
                self.started(failed)
            }
            Phase::Finishing => {
                let failed = self.note(errors);
                self.finished(failed)
            }
            _ => self.misused("that the hooks have been told"),
        }
    }

    /// The record as far as it goes; what hooks may see.
    ///
    /// A driver looks at it when it tells the hooks, and for the run's id.
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The record of a finished run. One that is not finished fails here.
    ///
    /// Called after [`Command::Finish`].
    ///
    /// ```
    /// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
    /// # let at = Moment::from_nanos(0);
    /// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
    /// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
    /// engine.begin();
    /// // Too early: the engine waits for the step's body.
    /// assert!(engine.into_record().is_failed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn into_record(mut self) -> RunRecord {
        self.take_record()
    }

    /// The same for a driver that is done: the record is moved, and not the whole engine with it.
    #[inline]
    pub(crate) fn take_record(&mut self) -> RunRecord {
        if self.phase != Phase::Finished {
            self.break_off("to hand over its record", self.phase);
        }
        replace(&mut self.record, RunRecord::BLANK)
    }

    /// The visit under way, as the step's position and the number of the visit: from before its
    /// `StepStarted` to after its `StepFinished`.
    #[must_use]
    pub fn under_way(&self) -> Option<(usize, u32)> {
        match self.phase {
            Phase::Delaying
            | Phase::Finished
            | Phase::Finishing
            | Phase::SavingEnd
            | Phase::SavingStep
            | Phase::Starting => None,
            Phase::Asking
            | Phase::Attempting
            | Phase::SavingAttempt
            | Phase::SavingRetry
            | Phase::StepFinishing
            | Phase::StepStarting
            | Phase::Waiting => Some((self.draft.step, self.draft.visit)),
        }
    }

    #[inline]
    fn step(&self) -> &StepDefinition {
        &self.definition.steps[self.draft.step]
    }

    /// Keeps the failures of hooks and gives the position of the first.
    #[inline]
    fn note(&mut self, errors: &mut Vec<HookError>) -> Option<usize> {
        (!errors.is_empty()).then(|| self.note_some(errors))
    }

    #[cold]
    fn note_some(&mut self, errors: &mut Vec<HookError>) -> usize {
        let known = &mut self.record.rare_mut().hook_errors;
        let first = known.len();
        known.extend(errors.drain(..).map(Into::into));
        first
    }

    /// Has the hooks told. Where nobody observes the run, what would follow their answer follows at once.
    #[inline]
    fn tell(&mut self, event: EventKind, phase: Phase) -> Command {
        self.phase = phase;
        Command::Notify(Notice { event, step: self.draft.step })
    }

    #[cold]
    fn misused(&mut self, input: &'static str) -> Command {
        if self.phase != Phase::Finished {
            self.break_off(input, self.phase);
        }
        Command::Finish
    }

    /// Ends a run that its driver does not understand. The hooks are not told: they would be told by
    /// that driver.
    #[cold]
    fn break_off(&mut self, input: &'static str, phase: Phase) {
        let phase = match phase {
            Phase::Asking => "waiting for a decision",
            Phase::Attempting => "waiting for a step's body",
            Phase::Delaying => "waiting before a step",
            Phase::Finished => "finished",
            Phase::Finishing => "telling the hooks that the run has finished",
            Phase::SavingAttempt => "saving the run before a step's body",
            Phase::SavingEnd => "saving the run at its end",
            Phase::SavingRetry => "saving the run between two attempts",
            Phase::SavingStep => "saving the run at the end of a step",
            Phase::Starting => "telling the hooks that the run has started",
            Phase::StepFinishing => "telling the hooks that a step has finished",
            Phase::StepStarting => "telling the hooks that a step has started",
            Phase::Waiting => "waiting between two attempts",
        };
        self.fail_run(EngineError::UnexpectedInput { input: input.into(), phase: phase.into() });
    }
}
