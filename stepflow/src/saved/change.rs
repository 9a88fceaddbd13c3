//! What may be done to a saved run while nobody carries it out.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Position, RunHead, SavedRun, Unvisited};
use crate::definition::{DefinitionRef, WorkflowDefinition};
use crate::engine::{Command, Engine, Gates, Input, Setup};
use crate::error::RecoverError;
use crate::result::{Failure, StepResult, StepStatus, WorkflowStatus};
use crate::run_id::RunId;
use crate::time::Moment;

impl SavedRun {
    /// Stops the run where it is. Gives its last head, and as JSON the visit that was under way, if one was.
    ///
    /// # Errors
    ///
    /// When the run is over, or what was saved contradicts itself.
    pub fn cancel(
        self,
        definition: &WorkflowDefinition,
        at: Timestamp,
    ) -> Result<(RunHead, Option<String>), RecoverError> {
        let at = Moment::from(at);
        let setup = Setup { at, gates: Gates::Pause, observed: true, seed: 0 };
        let definition = DefinitionRef::Shared(Arc::new(definition.clone()));
        let mut engine = Engine::recover_to_stop(definition, self, None, setup)?;
        let mut command = engine.begin();
        // Nobody observes it: the only notices are that it starts and that it finishes.
        loop {
            command = match command {
                Command::Notify(_) if engine.record().failure().is_none() => {
                    engine.handle(Input::cancelled(at))
                }
                Command::Notify(_) => engine.handle(Input::Notified(Vec::new())),
                _ => break,
            };
        }
        let boundary = engine.boundary();
        let head = boundary.head();
        let visit = boundary.visit().map(|visit| serde_json::to_string(&Unvisited(visit)));
        let unwritable = |source| RecoverError::Unreadable { what: "last visit".to_owned(), source };
        Ok((head, visit.transpose().map_err(unwritable)?))
    }

    /// The same run, about to begin the step that failed once more, by today's definition. The failed visit
    /// is taken off it; what the failed body left in the state is the caller's affair: the state before it is
    /// that of the visit before.
    ///
    /// A gate before the step asks again. The idempotency key stays what it was.
    ///
    /// # Errors
    ///
    /// When the run has not failed, every step of it has run, or the definition has no step of this name any
    /// more.
    pub fn retry(mut self, definition: &WorkflowDefinition) -> Result<Self, RecoverError> {
        let Some(WorkflowStatus::Failed) = self.head.status else {
            return Err(RecoverError::NotFailed { status: self.head.status });
        };
        let step = match (self.head.failure.take(), self.visits.last()) {
            (Some(Failure::Step { step_name }), _) => {
                self.visits.pop_if(|last| last.name() == step_name);
                step_name.into_owned()
            }
            (_, Some(last)) if last.status() != StepStatus::Succeeded => {
                let step = last.name().to_owned();
                self.visits.pop();
                step
            }
            (_, Some(last)) => match after(last, definition)? {
                Some(step) => step,
                None => return Err(RecoverError::NothingToRetry),
            },
            (_, None) => definition.steps.first().map(|step| step.name.to_string()).unwrap_or_default(),
        };
        self.enter(&step, definition)?;
        Ok(self)
    }

    /// A new run that has the visits of this one behind it up to the last visit to `step`, and is about to
    /// make that visit itself.
    ///
    /// # Errors
    ///
    /// When this run never came to the step, or the definition does not have it any more.
    pub fn fork(
        mut self,
        step: &str,
        definition: &WorkflowDefinition,
        run_id: RunId,
        at: Timestamp,
    ) -> Result<Self, RecoverError> {
        let last = self.visits.iter().rposition(|visit| visit.name() == step);
        let Some(last) = last else { return Err(RecoverError::NotVisited { step: step.to_owned() }) };
        self.visits.truncate(last);
        // A visit that only asked and the one that went on are two entries for one visit.
        while self
            .visits
            .last()
            .is_some_and(|visit| visit.name() == step && visit.status() == StepStatus::Paused)
        {
            self.visits.pop();
        }
        self.run_id = run_id;
        self.head.started_at = at.into();
        self.head.asked = 0;
        self.enter(step, definition)?;
        Ok(self)
    }

    /// The same run about to begin this step, by this definition: that is how a run that was retried or
    /// copied goes on by a definition that has changed since.
    ///
    /// # Errors
    ///
    /// When the definition does not have this step, or one of those that the run has behind it.
    pub fn at_step(mut self, step: &str, definition: &WorkflowDefinition) -> Result<Self, RecoverError> {
        self.enter(step, definition)?;
        Ok(self)
    }

    /// Goes on at this step, as if nothing had happened after the visits that are left.
    fn enter(&mut self, step: &str, definition: &WorkflowDefinition) -> Result<(), RecoverError> {
        for visit in &self.visits {
            place(&visit.name, definition)?;
        }
        let step = place(step, definition)?;
        let RunHead { started_at, asked, .. } = self.head;
        self.head = RunHead { asked, ..RunHead::begin(Position::Enter { step, due: None }, started_at) };
        Ok(())
    }
}

fn place(step: &str, definition: &WorkflowDefinition) -> Result<usize, RecoverError> {
    let place = definition.steps.iter().position(|known| known.name == step);
    place.ok_or_else(|| RecoverError::NoSuchStep { step: step.to_owned() })
}

/// The step that a visit led to; `None` for the end.
fn after(visit: &StepResult, definition: &WorkflowDefinition) -> Result<Option<String>, RecoverError> {
    if let Some(next) = visit.next_step() {
        return Ok(Some(next.to_owned()));
    }
    let step = &definition.steps[place(visit.name(), definition)?];
    let ended = visit.route_key().is_some() || step.next.is_some();
    let below = definition.steps.iter().skip_while(|known| known.name != step.name).nth(1);
    Ok(below.filter(|_| !ended).map(|step| step.name.to_string()))
}
