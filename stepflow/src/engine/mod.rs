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
mod start;

use std::mem::replace;
use std::time::Duration;

use crate::approval::ApprovalDecision;
use crate::definition::{DefinitionRef, StepDefinition};
use crate::error::{EngineError, EventKind, HookError, StepError, TimeoutError};
use crate::result::{ChildResult, RunRecord};
pub use crate::time::Moment;
use crate::workflow::{Attempted, StepOutcome};

/// What a driver is to do next.
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
    /// Wait so long; answer [`Input::Waited`].
    Wait(Duration),
}

impl Command {
    /// Whether a run that somebody wants to stop is stopped instead of doing this. What has happened is
    /// still told.
    #[must_use]
    pub fn can_be_cancelled(&self) -> bool {
        match self {
            Self::Ask { .. } | Self::Attempt { .. } | Self::Wait(_) => true,
            Self::Notify(notice) => notice.event == EventKind::StepStarted,
            Self::Finish => false,
        }
    }
}

/// Which event to tell the hooks. The record has what they may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Which of the four events.
    pub event: EventKind,
    /// The position of the step that it is about; 0 where it is about none.
    pub step: usize,
}

/// What came of a command.
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
    /// The wait is over.
    Waited {
        /// Since when.
        at: Moment,
    },
}

impl Input {
    /// Somebody wants the run to stop, and no body was under way.
    #[must_use]
    pub fn cancelled(at: Moment) -> Self {
        Self::Cancelled { at, attempt: None, children: Vec::new() }
    }
}

/// What a run does at a gate.
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
}

/// What the engine waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Asking,
    Attempting,
    Delaying,
    Finished,
    Finishing,
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
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The record of a finished run. One that is not finished fails here.
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
            Phase::Delaying | Phase::Finished | Phase::Finishing | Phase::Starting => None,
            Phase::Asking
            | Phase::Attempting
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
            Phase::Starting => "telling the hooks that the run has started",
            Phase::StepFinishing => "telling the hooks that a step has finished",
            Phase::StepStarting => "telling the hooks that a step has started",
            Phase::Waiting => "waiting between two attempts",
        };
        self.fail_run(EngineError::UnexpectedInput { input: input.into(), phase: phase.into() });
    }
}
