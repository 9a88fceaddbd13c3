//! A step ends; the run ends.

use std::borrow::Cow;

use super::{After, Command, Draft, Engine, Phase};
use crate::definition::Target;
use crate::error::{EngineError, EventKind, StepError};
use crate::result::{Failure, SkipReason, StepResult, StepStatus, WorkflowStatus};

impl Engine {
    /// The step under way, as it is listed so far.
    #[inline]
    pub(super) fn current(&mut self) -> &mut StepResult {
        &mut self.record.steps[self.draft.step]
    }

    #[inline]
    pub(super) fn complete(&mut self, status: StepStatus) {
        let Draft { step, started, attempts, .. } = self.draft;
        let finished = self.now;
        let result = &mut self.record.steps[step];
        result.status = status;
        result.attempts = attempts;
        result.set_times(started, finished);
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
        self.fail_towards(error, self.step().on_failure)
    }

    /// The step has failed, and the run goes on where the failure leads, if anywhere.
    #[cold]
    pub(super) fn fail_towards(&mut self, error: StepError, target: Option<Target>) -> Command {
        match target.map(|_| self.check(target)) {
            Some(Ok(())) => {
                self.complete_failed(error);
                self.go(target)
            }
            // There is no going on either: that is what ends the run.
            Some(Err(worse)) => self.fail_here(*worse),
            None => self.fail_here(error),
        }
    }

    #[cold]
    pub(super) fn fail_here(&mut self, error: StepError) -> Command {
        self.complete_failed(error);
        self.leave(After::Fail)
    }

    /// Leaves the step for a target that was [checked](Self::check); without one, for the step below.
    #[inline(always)]
    pub(super) fn go(&mut self, target: Option<Target>) -> Command {
        let Some(target) = target else {
            let below = self.draft.step + 1;
            return self.leave(if below < self.definition.steps.len() {
                After::Step(below)
            } else {
                After::End
            });
        };
        self.current().next_step = self.name_of(target);
        self.leave(match target {
            Target::End => After::End,
            Target::Step(index) => After::Step(index),
        })
    }

    /// What results call the target of a step; the end has no name.
    pub(super) fn name_of(&self, target: Target) -> Option<Cow<'static, str>> {
        match target {
            Target::End => None,
            Target::Step(index) => self.definition.steps.get(index).map(|step| step.name.clone()),
        }
    }

    /// The step is listed; the hooks are told, and then the run goes where it leads.
    #[inline(always)]
    pub(super) fn leave(&mut self, after: After) -> Command {
        if after == After::Fail {
            self.fail_at_step();
        }
        if self.observed {
            self.after = after;
            return self.tell(EventKind::StepFinished, Phase::StepFinishing);
        }
        self.proceed(after)
    }

    #[cold]
    pub(super) fn fail_at_step(&mut self) {
        self.record.fail(Failure::Step { step_name: self.step().name.clone() });
    }

    /// The hooks know that the step has finished. A failure of theirs fails a step that succeeded (item
    /// 100), never replaces a step's own error (M7) and never undoes a pause (M9).
    #[inline]
    pub(super) fn step_finished(&mut self, failed: Option<usize>) -> Command {
        if let Some(index) = failed {
            match (self.record.steps[self.draft.step].status, self.after) {
                (StepStatus::Succeeded, _) => {
                    let error = StepError::Hook(self.record.hook_errors()[index].clone());
                    let step = &mut self.record.steps[self.draft.step];
                    step.status = StepStatus::Failed;
                    step.rare_mut().error = Some(error);
                    self.fail_at_step();
                    self.after = After::Fail;
                }
                // The step failed and the run was to go on: the step's error stays, the run ends.
                (StepStatus::Failed, After::End | After::Step(_)) => {
                    self.record.fail(Failure::Hook { index });
                    self.after = After::Fail;
                }
                _ => {}
            }
        }
        self.proceed(self.after)
    }

    #[inline(always)]
    fn proceed(&mut self, after: After) -> Command {
        if self.durable.is_some() {
            return self.save_step(after);
        }
        self.onward(after)
    }

    #[inline(always)]
    pub(super) fn onward(&mut self, after: After) -> Command {
        match after {
            After::Cancel => self.finish_cancelled(),
            After::Step(step) => self.enter(step),
            After::End => self.finish(WorkflowStatus::Succeeded),
            After::Fail => self.finish(WorkflowStatus::Failed),
            After::Pause => self.finish(WorkflowStatus::Paused),
        }
    }

    pub(super) fn finish(&mut self, status: WorkflowStatus) -> Command {
        self.close(status);
        if self.observed {
            return self.tell(EventKind::WorkflowFinished, Phase::Finishing);
        }
        self.finished(None)
    }

    /// Completes the record: every declared step is listed (M4), and those that never started say why,
    /// in the words of this ending (M6).
    pub(super) fn close(&mut self, status: WorkflowStatus) {
        self.record.status = status;
        self.record.finished_at = self.now;
        self.skip_to(self.definition.steps.len());
        let reason = SkipReason::of(status);
        for step in self.record.steps.iter_mut().filter(|step| step.status == StepStatus::Skipped) {
            step.skip_reason = Some(reason);
        }
    }

    /// The hooks know that the run has finished. A failure of theirs fails a run that succeeded; the
    /// steps keep their own statuses (item 101), a failed run its error, a paused one its checkpoint.
    pub(super) fn finished(&mut self, failed: Option<usize>) -> Command {
        if let Some(index) = failed
            && self.record.status == WorkflowStatus::Succeeded
        {
            self.record.status = WorkflowStatus::Failed;
            self.record.fail(Failure::Hook { index });
        }
        self.end()
    }

    /// Ends the run because its driver, or the record it was given, broke the contract.
    pub(super) fn fail_run(&mut self, error: EngineError) {
        // Only then is the step under way listed, and not complete.
        if matches!(self.phase, Phase::Asking | Phase::Attempting | Phase::Waiting) {
            self.complete_failed(StepError::Engine(Box::new(error)));
            self.fail_at_step();
        } else if self.record.failure().is_none() {
            self.record.fail(Failure::Engine { error });
        }
        self.record.rare_mut().pause = None;
        self.close(WorkflowStatus::Failed);
        self.phase = Phase::Finished;
    }
}
