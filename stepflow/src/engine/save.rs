//! A run is saved as it goes.

use std::fmt;

use serde::Serialize;

use super::{After, Command, Engine, Phase};
use crate::definition::{Effect, WorkflowDefinition};
use crate::error::{BoxError, EngineError, StepError};
use crate::result::{Failure, RunRecord, StepResult, WorkflowStatus};
use crate::saved::{Position, RunHead, Unvisited, Written};
use crate::time::Moment;
use crate::workflow::StepOutcome;

/// What a run that is saved as it goes has besides.
#[derive(Debug)]
pub(super) struct Durable {
    pub(super) position: Position,
    /// Whether the run was restored, and has not gone on yet.
    pub(super) restored: bool,
    pub(super) settled: Option<StepOutcome>,
    /// Whether hooks are told of the end. Then the end of the last step is saved before they are: they may
    /// take long.
    pub(super) told: bool,
    /// Whether the state could not be saved.
    pub(super) keeps_state: bool,
}

/// What is to be saved at a boundary, beside the state.
///
/// A boundary is the end of a step, of a failed attempt that is going to be followed by another, the start of
/// a body that must not run twice, a gate, and the end of the run. A driver is handed one with
/// [`Command::Save`].
///
/// ```
/// use stepflow::engine::{Command, Engine, Gates, Input, Moment, Position, Setup};
/// use stepflow::{DefinitionRef, SavedRun, StepDefinition, StepOutcome, WorkflowDefinition};
///
/// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
/// static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", STEPS);
///
/// let at = Moment::from_nanos(0);
/// let setup = Setup { at, gates: Gates::Pause, observed: false, seed: 0 };
/// let saved = SavedRun::begin(&PARCEL, "p1".parse()?, at.timestamp());
/// let mut engine = Engine::recover(DefinitionRef::Static(&PARCEL), saved, None, setup)?;
/// engine.begin();
/// let ran = Input::Attempted { outcome: StepOutcome::succeeded(4.5), children: vec![], at };
/// assert_eq!(engine.handle(ran), Command::Save);
///
/// let boundary = engine.boundary();
/// assert_eq!(boundary.position(), &Position::Enter { step: 1, due: None });
/// let visit = boundary.visit_json().ok_or("a step has ended")??;
/// let read = SavedRun::from_json("p1".parse()?, &boundary.head_json()?, [visit.as_str()])?;
/// assert_eq!(read.into_record(&PARCEL)?.steps()[0].name(), "weigh");
///
/// assert_eq!(engine.handle(Input::Saved { at }), Command::Attempt { step: 1, attempt: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Boundary<'a> {
    engine: &'a Engine,
    durable: Option<&'a Durable>,
}

impl<'a> Boundary<'a> {
    /// Where the run goes on from here.
    #[must_use]
    pub fn position(&self) -> &'a Position {
        self.durable.map_or(&Position::Finished, |durable| &durable.position)
    }

    /// The record as far as it goes.
    #[must_use]
    pub fn record(&self) -> &'a RunRecord {
        &self.engine.record
    }

    /// How the run ended; `None` while it is under way.
    #[must_use]
    pub fn status(&self) -> Option<WorkflowStatus> {
        match self.position() {
            Position::Finished | Position::Paused { .. } => Some(self.engine.record.status()),
            _ => None,
        }
    }

    /// The visit that was under way or has just ended, if there was one: with its
    /// [sequence](StepResult::sequence) it is written in place of what was written for that.
    #[must_use]
    pub fn visit(&self) -> Option<&'a StepResult> {
        let visit = self.engine.record.steps.get(self.engine.draft.step);
        visit.filter(|visit| visit.sequence() == Some(self.engine.visited))
    }

    /// The same as text, without the visits before it: those are written already.
    ///
    /// # Errors
    ///
    /// When the step's output has no JSON.
    #[must_use]
    pub fn visit_json(&self) -> Option<Result<String, serde_json::Error>> {
        self.visit().map(|visit| serde_json::to_string(&Unvisited(visit)))
    }

    /// What is saved of the run besides its visits.
    #[must_use]
    pub fn head(&self) -> RunHead {
        let record = &self.engine.record;
        let status = self.status();
        RunHead {
            position: self.position().clone(),
            status,
            started_at: record.started_at,
            finished_at: if status.is_some() { record.finished_at } else { record.started_at },
            asked: self.engine.asked,
            pause: record.pause().cloned().map(Box::new),
            failure: record.failure().cloned(),
            hook_errors: record.hook_errors().to_vec(),
        }
    }

    /// The same as text.
    ///
    /// # Errors
    ///
    /// When something in it has no JSON; nothing that this library puts there.
    pub fn head_json(&self) -> Result<String, serde_json::Error> {
        self.written().map_or_else(|| self.head().to_json(), |written| serde_json::to_string(&written))
    }

    fn written(&self) -> Option<impl Serialize + use<'a>> {
        let durable = self.durable?;
        Some(Written::of(&self.engine.record, &durable.position, self.engine.asked))
    }

    /// Whether the state that was saved last stays, because the one that there is now cannot be saved.
    #[must_use]
    pub fn keeps_state(&self) -> bool {
        self.durable.is_some_and(|durable| durable.keeps_state)
    }

    /// The name of the step that comes next, is under way, or waits.
    #[must_use]
    pub fn step_name(&self) -> Option<&'a str> {
        let step = self.position().step()?;
        self.engine.definition.steps.get(step).map(|step| &*step.name)
    }
}

impl fmt::Debug for Boundary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Boundary")
            .field("run_id", self.record().run_id())
            .field("position", self.position())
            .finish_non_exhaustive()
    }
}

impl WorkflowDefinition {
    /// When a step may start that the run comes to at `at`, if not at once.
    pub(crate) fn due(&self, step: usize, at: Moment) -> Option<Moment> {
        let after = self.steps.get(step)?.after?;
        (!after.is_zero()).then(|| at.later(after))
    }
}

impl Engine {
    /// What is to be saved now. Asked after [`Command::Save`].
    #[must_use]
    pub fn boundary(&self) -> Boundary<'_> {
        Boundary { engine: self, durable: self.durable.as_deref() }
    }

    /// A step has ended, and the hooks know.
    #[cold]
    pub(super) fn save_step(&mut self, after: After) -> Command {
        let told = self.durable.as_ref().is_some_and(|durable| durable.told);
        let position = match after {
            After::Step(step) => Position::Enter { step, due: self.definition.due(step, self.now) },
            // What follows at once is the end, and that is saved too.
            _ if !told => return self.onward(after),
            After::Cancel => Position::Ending { status: WorkflowStatus::Cancelled },
            After::End => Position::Ending { status: WorkflowStatus::Succeeded },
            After::Fail => Position::Ending { status: WorkflowStatus::Failed },
            After::Pause => Position::Ending { status: WorkflowStatus::Paused },
        };
        self.after = after;
        self.save(position, Phase::SavingStep)
    }

    /// Whether the body that comes next must not run twice, and that it is about to run has to be known.
    #[inline]
    pub(super) fn is_to_run_once(&self) -> bool {
        self.durable.is_some() && self.step().effect == Effect::Once
    }

    #[cold]
    pub(super) fn save_attempt(&mut self) -> Command {
        let super::Draft { step, started, begun, attempts, .. } = self.draft;
        self.save(Position::Begun { step, failed: attempts, started, begun }, Phase::SavingAttempt)
    }

    #[cold]
    pub(super) fn save_retry(&mut self, due: Moment, error: &StepError) -> Command {
        let super::Draft { step, started, begun, attempts, .. } = self.draft;
        self.current().attempts = attempts;
        let error = crate::error::chain(error).collect::<Vec<_>>().join(": ");
        self.save(Position::Retry { step, failed: attempts, started, begun, due, error }, Phase::SavingRetry)
    }

    /// The run is over.
    #[inline]
    pub(super) fn end(&mut self) -> Command {
        if self.durable.is_some() {
            return self.save_end();
        }
        self.phase = Phase::Finished;
        Command::Finish
    }

    #[cold]
    fn save_end(&mut self) -> Command {
        let position = match self.record.status {
            WorkflowStatus::Paused => Position::Paused { step: self.draft.step },
            _ => Position::Finished,
        };
        self.save(position, Phase::SavingEnd)
    }

    fn save(&mut self, position: Position, phase: Phase) -> Command {
        if let Some(durable) = &mut self.durable {
            durable.position = position;
        }
        self.phase = phase;
        Command::Save
    }

    /// The boundary is saved.
    #[cold]
    pub(super) fn saved(&mut self, at: Moment) -> Command {
        self.now = at;
        match self.phase {
            Phase::SavingStep => match self.after {
                After::Step(_) => self.go_on(),
                after => self.onward(after),
            },
            Phase::SavingAttempt => {
                self.phase = Phase::Attempting;
                Command::Attempt { step: self.draft.step, attempt: self.draft.attempts + 1 }
            }
            Phase::SavingRetry => self.wait_for_retry(),
            Phase::SavingEnd => {
                self.phase = Phase::Finished;
                Command::Finish
            }
            _ => self.misused("that the run is saved"),
        }
    }

    /// The state cannot be saved. What ran, ran; the run fails with the state that was saved last.
    #[cold]
    pub(super) fn unsaved(&mut self, error: BoxError, at: Moment) -> Command {
        let saving = matches!(
            self.phase,
            Phase::SavingAttempt | Phase::SavingEnd | Phase::SavingRetry | Phase::SavingStep
        );
        let Some(durable) = self.durable.as_mut().filter(|_| saving) else {
            return self.misused("that the run cannot be saved");
        };
        if std::mem::replace(&mut durable.keeps_state, true) {
            // Nor without the state.
            self.phase = Phase::Finished;
            return Command::Finish;
        }
        self.now = at;
        self.record.rare_mut().pause = None;
        if self.boundary().visit().is_some() {
            // Its output may be what has no JSON.
            self.current().output = None;
            self.complete_failed(StepError::NotSaved(error));
            self.fail_at_step();
        } else {
            let error = EngineError::NotSaved { why: error.to_string() };
            self.record.fail(Failure::Engine { error });
        }
        if self.phase == Phase::SavingEnd {
            self.close(WorkflowStatus::Failed);
            return self.save_end();
        }
        self.finish(WorkflowStatus::Failed)
    }
}
