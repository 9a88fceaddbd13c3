//! A run begins, or goes on; a step begins.

use std::borrow::Cow;

use super::{After, Draft, Engine, Phase, Setup};
use crate::approval::ApprovalDecision;
use crate::definition::{DefinitionErrors, DefinitionProblem, DefinitionRef};
use crate::engine::Command;
use crate::error::{EngineError, EventKind, HookError, StepError};
use crate::result::{Failure, RunRecord, StepResult, WorkflowStatus};
use crate::run_id::RunId;
use crate::time::Moment;

impl Engine {
    /// Begins a run and gives its first command.
    #[must_use]
    pub fn start(definition: DefinitionRef, run_id: RunId, setup: Setup) -> (Self, Command) {
        let record = RunRecord {
            workflow_name: definition.name.clone(),
            run_id,
            status: WorkflowStatus::Succeeded,
            started_at: setup.at,
            finished_at: setup.at,
            steps: Vec::with_capacity(definition.steps.len()),
            route_trace: Vec::new(),
            pause: None,
            failure: None,
            hook_errors: Vec::new(),
        };
        let mut engine = Self::new(definition, record, setup);
        let command = match engine.proven() {
            Ok(()) => engine.notify(EventKind::WorkflowStarted, Phase::Starting),
            Err(errors) => engine.refuse(errors),
        };
        (engine, command)
    }

    /// Goes on with a paused run under a decision, and gives the first command.
    ///
    /// `record` must be that of a paused run of this definition, as
    /// [`WorkflowResult::resume`](crate::WorkflowResult::resume) checks; any other fails the run.
    #[must_use]
    pub fn resume(
        definition: DefinitionRef,
        mut record: RunRecord,
        decision: ApprovalDecision,
        setup: Setup,
    ) -> (Self, Command) {
        let pause = record.pause.take();
        let step = pause.map_or(usize::MAX, |pause| pause.step_index);
        let mut engine = Self::new(definition, record, setup);
        if step >= engine.definition.steps.len() || step >= engine.record.steps.len() {
            engine.fail_run(EngineError::UnknownStep { index: step });
            return (engine, Command::Finish);
        }
        engine.record.steps[step].rare_mut().decision = Some(decision.clone());
        engine.draft.step = step;
        engine.decided = Some(decision);
        let command = engine.notify(EventKind::WorkflowStarted, Phase::Starting);
        (engine, command)
    }

    fn new(definition: DefinitionRef, record: RunRecord, setup: Setup) -> Self {
        let Setup { at: now, gates, observed, seed } = setup;
        Self {
            definition,
            record,
            phase: Phase::Starting,
            gates,
            observed,
            chance: fastrand::Rng::with_seed(seed),
            now,
            draft: Draft { step: 0, started: now, begun: None, attempts: 0 },
            after: After::End,
            decided: None,
        }
    }

    /// The macro proves its definitions; a loaded one is checked before anything runs. A constant
    /// written by hand is trusted, and fails at the step that leads nowhere.
    fn proven(&self) -> Result<(), DefinitionErrors> {
        match &self.definition {
            DefinitionRef::Shared(definition) => definition.check(),
            DefinitionRef::Static(definition) if definition.steps.is_empty() => {
                Err(DefinitionErrors::new(definition.name.to_string(), DefinitionProblem::NoSteps))
            }
            DefinitionRef::Static(_) => Ok(()),
        }
    }

    fn refuse(&mut self, errors: DefinitionErrors) -> Command {
        self.record.failure = Some(Failure::Definition { errors });
        self.close(WorkflowStatus::Failed);
        self.phase = Phase::Finished;
        Command::Finish
    }

    /// The hooks know that the run has started. If one failed, nothing runs and no further event is
    /// sent (item 98); a resumed run keeps its history (M10).
    pub(super) fn started(&mut self, errors: Vec<HookError>) -> Command {
        if let Some(index) = self.note(errors) {
            self.record.failure = Some(Failure::Hook { index });
            self.close(WorkflowStatus::Failed);
            self.phase = Phase::Finished;
            return Command::Finish;
        }
        self.enter(self.draft.step)
    }

    /// Goes to a step; those in between were jumped over.
    #[inline]
    pub(super) fn enter(&mut self, step: usize) -> Command {
        self.skip_to(step);
        self.draft = Draft { step, started: self.now, begun: None, attempts: 0 };
        match self.step().after {
            // A resumed run has done its waiting before it paused.
            Some(after) if !after.is_zero() && self.decided.is_none() => {
                self.phase = Phase::Delaying;
                Command::Wait(after)
            }
            _ => self.notify(EventKind::StepStarted, Phase::StepStarting),
        }
    }

    /// The wait before the step is over.
    pub(super) fn delayed(&mut self, at: Moment) -> Command {
        self.now = at;
        self.draft.started = at;
        self.notify(EventKind::StepStarted, Phase::StepStarting)
    }

    /// The hooks know that the step has started. If one failed, the step fails without having run, and
    /// the hooks are not told that it finished (items 96 and 97).
    #[inline]
    pub(super) fn step_started(&mut self, errors: Vec<HookError>) -> Command {
        self.open();
        if let Some(index) = self.note(errors) {
            let error = StepError::Hook(self.record.hook_errors[index].clone());
            self.current().rare_mut().decision = self.decided.take();
            self.complete_failed(error);
            self.fail_at_step();
            return self.finish(WorkflowStatus::Failed);
        }
        if self.step().approval.is_none() {
            return self.attempt();
        }
        match self.decided.take() {
            None => self.gate(),
            Some(decision) => self.decided(Ok(decision), self.now),
        }
    }

    /// Lists the step under way, in place of what was listed for it; its earlier visits are kept.
    #[inline]
    fn open(&mut self) {
        let at = self.draft.step;
        if at == self.record.steps.len() {
            self.record.steps.push(StepResult::BLANK);
        } else {
            self.reopen(at);
        }
        let definition = &self.definition.steps[at];
        // Filled in place: a result built on the stack and moved costs as much as the step around it.
        let result = &mut self.record.steps[at];
        result.name = match &definition.name {
            Cow::Borrowed(name) => Cow::Borrowed(name),
            Cow::Owned(name) => Cow::Owned(name.clone()),
        };
        result.approval_required = definition.approval.is_some();
    }

    #[cold]
    fn reopen(&mut self, at: usize) {
        let earlier = std::mem::replace(&mut self.record.steps[at], StepResult::BLANK).into_earlier();
        if !earlier.is_empty() {
            self.record.steps[at].rare_mut().earlier = earlier;
        }
    }

    /// Lists the steps from the last one listed up to `step` as skipped.
    #[inline]
    pub(super) fn skip_to(&mut self, step: usize) {
        if self.record.steps.len() < step {
            self.skip_some(step);
        }
    }

    fn skip_some(&mut self, step: usize) {
        for definition in self.definition.steps.iter().take(step).skip(self.record.steps.len()) {
            self.record.steps.push(StepResult {
                name: definition.name.clone(),
                approval_required: definition.approval.is_some(),
                ..StepResult::BLANK
            });
        }
    }
}
