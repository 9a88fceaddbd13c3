//! Somebody wants the run to stop.

use super::{After, Command, Engine, Phase};
use crate::error::CancelledError;
use crate::result::{ChildResult, Failure, StepStatus, WorkflowStatus};
use crate::time::Moment;

impl Engine {
    /// Stops where the run is: what has ended stays as it ended, a step under way is cancelled, the
    /// others are skipped. The hooks are told as they are of any ending.
    pub(super) fn cancel(
        &mut self,
        at: Moment,
        interrupted: bool,
        children: &mut Vec<ChildResult>,
    ) -> Command {
        self.now = at;
        match self.phase {
            // Nobody has heard of a step that was about to start.
            Phase::Starting | Phase::Delaying | Phase::StepStarting => self.finish_cancelled(),
            Phase::Asking | Phase::Waiting | Phase::Attempting => {
                if interrupted {
                    self.adopt(children);
                }
                self.complete(StepStatus::Cancelled);
                self.leave(After::Cancel)
            }
            // The step is over, and the hooks are not to be told a second time.
            Phase::StepFinishing => {
                if matches!(self.after, After::Step(_)) {
                    self.after = After::Cancel;
                }
                self.step_finished(Vec::new())
            }
            // The run is over.
            Phase::Finishing | Phase::Finished => self.finished(Vec::new()),
        }
    }

    pub(super) fn finish_cancelled(&mut self) -> Command {
        self.record.failure = Some(Failure::Cancelled { error: CancelledError::default() });
        self.finish(WorkflowStatus::Cancelled)
    }
}
