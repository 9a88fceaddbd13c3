//! A run that was saved goes on.

use super::save::Durable;
use super::{Command, Draft, Engine, Phase, Setup};
use crate::definition::DefinitionRef;
use crate::error::{EventKind, RecoverError};
use crate::result::StepStatus;
use crate::saved::{Answer, Position, SavedRun};

impl Engine {
    /// A run that was saved and is about to go on, and to be saved as it goes: [`Command::Save`] is given at
    /// every [boundary](super::Boundary). A new run begins with [`SavedRun::begin`].
    ///
    /// `answer` is what a run that waited for a person was told.
    ///
    /// # Errors
    ///
    /// When the run is over, waits for an answer that is not there, or what was saved contradicts itself or
    /// the definition.
    pub fn recover(
        definition: DefinitionRef,
        saved: SavedRun,
        answer: Option<Answer>,
        setup: Setup,
    ) -> Result<Self, RecoverError> {
        match (saved.head.position(), &answer) {
            (Position::Paused { .. }, Some(Answer::Decided(_)))
            | (Position::Begun { .. }, Some(Answer::Settled(_))) => {}
            (Position::Paused { .. }, _) => {
                return Err(RecoverError::Unanswered { what: "nobody has decided at its gate" });
            }
            (Position::Begun { .. }, _) => {
                let what = "nobody has said whether the step that was broken off did its work";
                return Err(RecoverError::Unanswered { what });
            }
            _ => {}
        }
        Self::recover_to_stop(definition, saved, answer, setup)
    }

    /// The same for a run that may be about to be stopped, and then needs no answer.
    pub(crate) fn recover_to_stop(
        definition: DefinitionRef,
        saved: SavedRun,
        answer: Option<Answer>,
        setup: Setup,
    ) -> Result<Self, RecoverError> {
        let (mut position, asked) = (saved.head.position.clone(), saved.head.asked);
        let mut record = saved.into_record(&definition)?;
        let (mut decided, mut settled) = (None, None);
        match (&position, answer) {
            (Position::Finished, _) => return Err(RecoverError::Finished { status: record.status }),
            (&Position::Paused { step }, Some(Answer::Decided(decision))) => {
                record.steps[step].rare_mut().decision = Some(decision.clone());
                decided = Some(decision);
            }
            (&Position::Begun { step, failed, started, begun }, Some(Answer::Settled(settlement))) => {
                settled = settlement.into_outcome(&definition.steps[step])?;
                if settled.is_none() {
                    let error = "the attempt was broken off, and did not do its work".to_owned();
                    position = Position::Retry { step, failed, started, begun, due: setup.at, error };
                }
            }
            _ => {}
        }
        let ending = matches!(position, Position::Ending { .. });
        let newest = record.steps.iter().enumerate().max_by_key(|(_, step)| step.sequence());
        let step = position.step().or_else(|| newest.map(|(step, _)| step)).unwrap_or(0);
        let mut engine = Self::go_on_at(definition, record, step, ending, setup);
        (engine.asked, engine.decided) = (asked, decided);
        let durable = Durable { position, restored: true, settled, told: true, keeps_state: false };
        engine.durable = Some(Box::new(durable));
        Ok(engine)
    }

    /// The same run where no hooks are told of its end: its last step and its end are saved at once, at one
    /// boundary. Otherwise the end of the last step is saved before the hooks are told, for they may take long.
    #[must_use]
    pub fn untold(mut self) -> Self {
        if let Some(durable) = &mut self.durable {
            durable.told = false;
        }
        self
    }

    /// Goes on where the run was saved.
    #[cold]
    pub(super) fn go_on(&mut self) -> Command {
        let Some(durable) = &mut self.durable else { return self.enter(self.draft.step) };
        match durable.position {
            Position::Begun { step, failed, started, begun }
            | Position::Retry { step, failed, started, begun, .. } => {
                self.reenter(step);
                (self.draft.started, self.draft.begun, self.draft.attempts) = (started, begun, failed);
                if self.observed {
                    return self.tell(EventKind::StepStarted, Phase::StepStarting);
                }
                self.try_again()
            }
            Position::Ending { status } => {
                durable.restored = false;
                self.finish(status)
            }
            Position::Enter { step, due } => {
                durable.restored = false;
                self.enter_at(step, due)
            }
            Position::Finished => self.end(),
            Position::Paused { step } => {
                durable.restored = false;
                self.enter(step)
            }
        }
    }

    /// Whether the visit under way is one that another engine began.
    #[inline]
    pub(super) fn is_reentering(&self) -> bool {
        self.durable.as_ref().is_some_and(|durable| durable.restored)
    }

    pub(super) fn reenter(&mut self, step: usize) {
        self.draft.step = step;
        self.draft.visit = self.record.steps.get(step).map_or(1, crate::StepResult::visit);
    }

    /// The hooks know that a step goes on.
    #[cold]
    pub(super) fn try_again(&mut self) -> Command {
        let Some(durable) = &mut self.durable else { return self.attempt() };
        durable.restored = false;
        match durable.settled.take() {
            None => self.wait_for_retry(),
            Some(mut outcome) => {
                self.phase = Phase::Attempting;
                self.attempted(&mut outcome, &mut Vec::new(), self.now)
            }
        }
    }

    #[cold]
    pub(super) fn wait_for_retry(&mut self) -> Command {
        match self.durable.as_ref().map(|durable| &durable.position) {
            Some(&Position::Retry { due, .. }) if due > self.now => {
                self.phase = Phase::Waiting;
                Command::Wait(due.since(self.now))
            }
            _ => self.attempt(),
        }
    }

    /// A run that was stopped before it was inside the visit again that it was inside.
    #[cold]
    pub(super) fn leave_reentered(&mut self) {
        let Some(durable) = self.durable.as_ref().filter(|durable| durable.restored) else { return };
        if let Position::Begun { step, failed, started, begun }
        | Position::Retry { step, failed, started, begun, .. } = durable.position
        {
            self.draft = Draft { step, started, begun, attempts: failed, visit: self.draft.visit };
            self.complete(StepStatus::Cancelled);
        }
    }
}
