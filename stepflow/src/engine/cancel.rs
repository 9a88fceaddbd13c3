//! Somebody wants the run to stop.

use super::{After, Command, Engine, Phase};
use crate::error::{CancelledError, ChildWorkflowError, StepError, TimeoutError};
use crate::result::{ChildResult, Failure, StepStatus, WorkflowStatus};
use crate::time::Moment;
use crate::workflow::{Attempted, StepOutcome};

impl Engine {
    /// Stops where the run is: what has ended stays as it ended, a step under way is cancelled, the
    /// others are skipped. The hooks are told as they are of any ending.
    pub(super) fn cancel(
        &mut self,
        at: Moment,
        attempt: Option<StepOutcome>,
        children: &mut Vec<ChildResult>,
    ) -> Command {
        self.now = at;
        match self.phase {
            // Nobody has heard of a step that was about to start.
            Phase::Starting | Phase::Delaying | Phase::StepStarting => self.finish_cancelled(),
            Phase::Attempting => match attempt {
                // A body that came to its end has run; what would come next is stopped.
                Some(mut outcome) if outcome.is_success() => self.attempted(&mut outcome, children, at),
                attempt => self.cancel_attempt(attempt, children),
            },
            Phase::Asking | Phase::Waiting => self.cancel_attempt(None, children),
            // The step is over, and the hooks are not to be told a second time.
            Phase::StepFinishing => {
                if matches!(self.after, After::Step(_)) {
                    self.after = After::Cancel;
                }
                self.step_finished(None)
            }
            // What has happened is saved first; the wish stays.
            Phase::SavingAttempt | Phase::SavingEnd | Phase::SavingRetry | Phase::SavingStep => Command::Save,
            // The run is over.
            Phase::Finishing | Phase::Finished => self.finished(None),
        }
    }

    /// What fails while somebody wants the run to stop is no failure of the run, but its error is kept.
    fn cancel_attempt(&mut self, attempt: Option<StepOutcome>, children: &mut Vec<ChildResult>) -> Command {
        let error = attempt.and_then(|outcome| {
            self.adopt(children);
            match outcome.0 {
                Attempted::Failed { error, .. } => Some(error),
                Attempted::TimedOut { limit } => Some(StepError::Timeout(TimeoutError { limit })),
                Attempted::Routed { .. } | Attempted::Succeeded { .. } | Attempted::Unfinished => None,
            }
        });
        // That a child was stopped says no more than the status does.
        let error = error.filter(|error| !stopped_with_a_child(error));
        self.complete(StepStatus::Cancelled);
        if error.is_some() {
            self.current().rare_mut().error = error;
        }
        self.leave(After::Cancel)
    }

    pub(super) fn finish_cancelled(&mut self) -> Command {
        // A resumed run that is stopped before it is back at its gate waits for nobody any more.
        for step in self.record.steps.iter_mut().filter(|step| step.status == StepStatus::Paused) {
            step.status = StepStatus::Cancelled;
        }
        self.leave_reentered();
        self.record.fail(Failure::Cancelled { error: CancelledError::default() });
        self.finish(WorkflowStatus::Cancelled)
    }
}

fn stopped_with_a_child(error: &StepError) -> bool {
    let child = error.downcast_ref::<ChildWorkflowError>();
    child.is_some_and(|child| child.record().status() == WorkflowStatus::Cancelled)
}
