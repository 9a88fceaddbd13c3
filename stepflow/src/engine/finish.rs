//! A step ends; the run ends.

use std::borrow::Cow;

use super::{After, Command, Engine, Phase};
use crate::error::{EngineError, EventKind, HookError, StepError};
use crate::result::{Failure, Output, Rare, SkipReason, StepResult, StepStatus, Times, WorkflowStatus};

impl Engine {
    /// Lists the step under way with what became of it.
    pub(super) fn push(
        &mut self,
        status: StepStatus,
        output: Option<Output>,
        error: Option<StepError>,
    ) -> &mut StepResult {
        let definition = &self.definition.steps[self.draft.step];
        let (decision, children) = (self.draft.decision.take(), std::mem::take(&mut self.draft.children));
        let at = self.record.steps.len();
        self.record.steps.push(StepResult {
            name: definition.name.clone(),
            status,
            approval_required: definition.approval.is_some(),
            skip_reason: None,
            attempts: self.draft.attempts,
            times: Some(Times { started: self.draft.started, finished: self.now }),
            output,
            route_key: None,
            next_step: None,
            rare: Rare { error, decision, children }.boxed(),
        });
        &mut self.record.steps[at]
    }

    pub(super) fn fail_step(
        &mut self,
        error: StepError,
        next_step: Option<Cow<'static, str>>,
        after: After,
    ) -> Command {
        self.push(StepStatus::Failed, None, Some(error)).next_step = next_step;
        self.leave(after)
    }

    /// The step is listed; the hooks are told, and then the run goes where it leads.
    pub(super) fn leave(&mut self, after: After) -> Command {
        self.after = after;
        if after == After::Fail {
            self.fail_at_step();
        }
        self.notify(EventKind::StepFinished, Phase::StepFinishing)
    }

    pub(super) fn fail_at_step(&mut self) {
        self.record.failure = Some(Failure::Step { step_name: self.step().name.clone() });
    }

    /// The hooks know that the step has finished. A failure of theirs fails a step that succeeded (item
    /// 100), never replaces a step's own error (M7) and never undoes a pause (M9).
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
                // Denied, and the run was to go on: the step's error stays, the run ends.
                (StepStatus::Failed, After::End | After::Step(_)) => {
                    self.record.failure = Some(Failure::Hook { index });
                    self.after = After::Fail;
                }
                _ => {}
            }
        }
        match self.after {
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
        let under_way =
            matches!(self.phase, Phase::Asking | Phase::Attempting | Phase::StepStarting | Phase::Waiting);
        if under_way {
            self.push(StepStatus::Failed, None, Some(StepError::Engine(Box::new(error))));
            self.fail_at_step();
        } else if self.record.failure.is_none() {
            self.record.failure = Some(Failure::Engine { error });
        }
        self.record.pause = None;
        self.close(WorkflowStatus::Failed);
        self.phase = Phase::Finished;
    }
}
