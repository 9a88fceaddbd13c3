//! A step ends; the run ends.

use super::attempt::Onward;
use super::{After, Command, Draft, Engine, Phase};
use crate::error::{EngineError, EventKind, HookError, StepError};
use crate::result::{Failure, SkipReason, StepResult, StepStatus, Times, WorkflowStatus};

impl Engine {
    /// The step under way, as it is listed so far.
    #[inline]
    pub(super) fn current(&mut self) -> &mut StepResult {
        &mut self.record.steps[self.draft.step]
    }

    #[inline]
    pub(super) fn complete(&mut self, status: StepStatus) {
        let Draft { step, started, attempts, .. } = self.draft;
        let times = Times { started, finished: self.now };
        let result = &mut self.record.steps[step];
        result.status = status;
        result.attempts = attempts;
        result.times = Some(times);
    }

    #[cold]
    pub(super) fn complete_failed(&mut self, error: StepError) {
        self.complete(StepStatus::Failed);
        self.current().rare_mut().error = Some(error);
    }

    /// The step has finally failed. It keeps its error, and its output if it has one; the run goes to
    /// where `on_failure` leads, or fails.
    #[cold]
    pub(super) fn fail_step(&mut self, error: StepError) -> Command {
        let (error, onward) = match self.step().on_failure.map(|target| self.resolve(target)) {
            None => (error, None),
            Some(Ok(onward)) => (error, Some(onward)),
            // There is no going on either: that is what ends the run.
            Some(Err(worse)) => (worse, None),
        };
        self.complete_failed(error);
        self.go(onward)
    }

    /// Leaves the step for where it leads; nowhere is a failure of the run.
    #[inline]
    pub(super) fn go(&mut self, onward: Option<Onward>) -> Command {
        let (next_step, after) = onward.unwrap_or((None, After::Fail));
        if next_step.is_some() {
            self.current().next_step = next_step;
        }
        self.leave(after)
    }

    /// The step is listed; the hooks are told, and then the run goes where it leads.
    #[inline]
    pub(super) fn leave(&mut self, after: After) -> Command {
        self.after = after;
        if after == After::Fail {
            self.fail_at_step();
        }
        self.notify(EventKind::StepFinished, Phase::StepFinishing)
    }

    #[cold]
    pub(super) fn fail_at_step(&mut self) {
        self.record.failure = Some(Failure::Step { step_name: self.step().name.clone() });
    }

    /// The hooks know that the step has finished. A failure of theirs fails a step that succeeded (item
    /// 100), never replaces a step's own error (M7) and never undoes a pause (M9).
    #[inline]
    pub(super) fn step_finished(&mut self, errors: Vec<HookError>) -> Command {
        if let Some(index) = self.note(errors) {
            match (self.record.steps[self.draft.step].status, self.after) {
                (StepStatus::Succeeded, _) => {
                    let error = StepError::Hook(self.record.hook_errors[index].clone());
                    let step = &mut self.record.steps[self.draft.step];
                    step.status = StepStatus::Failed;
                    step.rare_mut().error = Some(error);
                    self.fail_at_step();
                    self.after = After::Fail;
                }
                // The step failed and the run was to go on: the step's error stays, the run ends.
                (StepStatus::Failed, After::End | After::Step(_)) => {
                    self.record.failure = Some(Failure::Hook { index });
                    self.after = After::Fail;
                }
                _ => {}
            }
        }
        match self.after {
            After::Cancel => self.finish_cancelled(),
            After::Step(step) => self.enter(step),
            After::End => self.finish(WorkflowStatus::Succeeded),
            After::Fail => self.finish(WorkflowStatus::Failed),
            After::Pause => self.finish(WorkflowStatus::Paused),
        }
    }

    pub(super) fn finish(&mut self, status: WorkflowStatus) -> Command {
        self.close(status);
        self.notify(EventKind::WorkflowFinished, Phase::Finishing)
    }

    /// Completes the record: every declared step is listed (M4), and those that never started say why,
    /// in the words of this ending (M6).
    pub(super) fn close(&mut self, status: WorkflowStatus) {
        self.record.status = status;
        self.record.finished_at = self.now;
        self.skip_to(self.definition.steps.len());
        let reason = match status {
            WorkflowStatus::Cancelled => SkipReason::WorkflowCancelled,
            WorkflowStatus::Failed => SkipReason::WorkflowFailed,
            WorkflowStatus::Paused => SkipReason::WorkflowPaused,
            WorkflowStatus::Succeeded => SkipReason::WorkflowEnded,
        };
        for step in self.record.steps.iter_mut().filter(|step| step.status == StepStatus::Skipped) {
            step.skip_reason = Some(reason);
        }
    }

    /// The hooks know that the run has finished. A failure of theirs fails a run that succeeded; the
    /// steps keep their own statuses (item 101), a failed run its error, a paused one its checkpoint.
    pub(super) fn finished(&mut self, errors: Vec<HookError>) -> Command {
        if let Some(index) = self.note(errors)
            && self.record.status == WorkflowStatus::Succeeded
        {
            self.record.status = WorkflowStatus::Failed;
            self.record.failure = Some(Failure::Hook { index });
        }
        self.phase = Phase::Finished;
        Command::Finish
    }

    /// Ends the run because its driver, or the record it was given, broke the contract.
    pub(super) fn fail_run(&mut self, error: EngineError) {
        // Only then is the step under way listed, and not complete.
        if matches!(self.phase, Phase::Asking | Phase::Attempting | Phase::Waiting) {
            self.complete_failed(StepError::Engine(Box::new(error)));
            self.fail_at_step();
        } else if self.record.failure.is_none() {
            self.record.failure = Some(Failure::Engine { error });
        }
        self.record.pause = None;
        self.close(WorkflowStatus::Failed);
        self.phase = Phase::Finished;
    }
}
