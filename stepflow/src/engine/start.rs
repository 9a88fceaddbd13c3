//! A run begins, or goes on; a step begins.

use std::borrow::Cow;

use super::{After, Draft, Engine, Phase, Setup};
use crate::approval::ApprovalDecision;
use crate::definition::{DefinitionErrors, DefinitionProblem, DefinitionRef};
use crate::engine::Command;
use crate::error::{EngineError, EventKind, StepError};
use crate::result::{Failure, RunRecord, StepResult, WorkflowStatus};
use crate::run_id::RunId;
use crate::time::Moment;

impl Engine {
    /// A run that is about to begin.
    ///
    /// For a run that nobody has saved; [`begin`](Self::begin) comes next.
    ///
    /// ```
    /// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
    /// # let at = Moment::from_nanos(0);
    /// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
    /// let engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
    /// assert!(engine.record().steps().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn new(definition: DefinitionRef, run_id: RunId, setup: Setup) -> Self {
        let record = RunRecord {
            workflow_name: copied(&definition.name),
            run_id,
            started_at: setup.at,
            finished_at: setup.at,
            steps: Vec::with_capacity(definition.steps.len()),
            ..RunRecord::BLANK
        };
        Self::with(definition, record, setup)
    }

    /// A paused run that is about to go on under a decision.
    ///
    /// `record` must be that of a paused run of this definition, as
    /// [`WorkflowResult::resume`](crate::WorkflowResult::resume) checks; any other fails when it begins.
    ///
    /// For a host that keeps records and decisions itself.
    ///
    /// ```
    /// use stepflow::ApprovalDecision;
    /// # use std::borrow::Cow;
    /// # use stepflow::engine::{Command, Engine, Gates, Moment, Setup};
    /// # use stepflow::{ApprovalDefinition, DefinitionRef, StepDefinition, WorkflowDefinition};
    /// # static VALVE: WorkflowDefinition = WorkflowDefinition::new("valve", const { &[StepDefinition {
    /// #     name: Cow::Borrowed("open"),
    /// #     approval: Some(ApprovalDefinition::BLANK),
    /// #     ..StepDefinition::BLANK
    /// # }] });
    /// # let definition = DefinitionRef::Static(&VALVE);
    /// # let setup = Setup { at: Moment::from_nanos(0), gates: Gates::Pause, observed: false, seed: 0 };
    /// let mut engine = Engine::new(definition.clone(), "v1".parse()?, setup);
    /// assert_eq!(engine.begin(), Command::Finish);
    /// let paused = engine.into_record();
    ///
    /// let mut engine = Engine::resume(definition, paused, ApprovalDecision::approve(), setup);
    /// assert_eq!(engine.begin(), Command::Attempt { step: 0, attempt: 1 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    #[cold]
    pub fn resume(
        definition: DefinitionRef,
        record: RunRecord,
        decision: ApprovalDecision,
        setup: Setup,
    ) -> Self {
        let step = record.pause().map_or(usize::MAX, |pause| pause.step_index);
        let mut engine = Self::restore(definition, record, step, setup);
        if let Some(waiting) = engine.record.steps.get_mut(step) {
            waiting.rare_mut().decision = Some(decision.clone());
        }
        engine.decided = Some(decision);
        engine
    }

    /// A run that was broken off between two steps and is about to go on at `step`. What its record says
    /// of the steps before stays; a step that is no step fails when it begins.
    ///
    /// For a host that saves runs between steps, after a crash.
    ///
    /// ```
    /// # use stepflow::engine::{Command, Engine, Gates, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
    /// # const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", STEPS);
    /// # let definition = DefinitionRef::Static(&PARCEL);
    /// # let at = Moment::from_nanos(0);
    /// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
    /// let mut engine = Engine::new(definition.clone(), "p1".parse()?, setup);
    /// engine.begin();
    /// assert_eq!(engine.attempted(&mut StepOutcome::succeeded(4.5), &mut vec![], at), Command::Attempt { step: 1, attempt: 1 });
    /// let saved = serde_json::to_string(engine.record())?;
    ///
    /// let mut engine = Engine::restore(definition, serde_json::from_str(&saved)?, 1, setup);
    /// assert_eq!(engine.begin(), Command::Attempt { step: 1, attempt: 1 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    #[cold]
    pub fn restore(definition: DefinitionRef, record: RunRecord, step: usize, setup: Setup) -> Self {
        Self::go_on_at(definition, record, step, false, setup)
    }

    /// A run of which `ending` says whether it is over but for the hooks, which have not been told.
    #[cold]
    pub(super) fn go_on_at(
        definition: DefinitionRef,
        record: RunRecord,
        step: usize,
        ending: bool,
        setup: Setup,
    ) -> Self {
        let visited = record.steps.iter().filter_map(StepResult::sequence).max().unwrap_or(0);
        let mut engine = Self::with(definition, record, setup);
        engine.asked = engine.record.pause().map_or(0, |pause| pause.asking);
        if let Some(rare) = engine.record.rare.as_mut().filter(|_| !ending) {
            (rare.pause, rare.failure) = (None, None);
        }
        engine.draft.step = step;
        engine.visited = visited;
        engine
    }

    #[inline]
    fn with(definition: DefinitionRef, record: RunRecord, setup: Setup) -> Self {
        let Setup { at: now, gates, observed, seed } = setup;
        Self {
            definition,
            record,
            phase: Phase::Starting,
            gates,
            observed,
            chance: fastrand::Rng::with_seed(seed),
            now,
            draft: Draft { step: 0, started: now, begun: now, attempts: 0, visit: 1 },
            visited: 0,
            after: After::End,
            decided: None,
            asked: 0,
            durable: None,
        }
    }

    /// Gives the first command.
    ///
    /// Called once, before anything is [handled](Self::handle).
    ///
    /// ```
    /// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
    /// # let at = Moment::from_nanos(0);
    /// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
    /// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
    /// assert_eq!(engine.begin(), Command::Attempt { step: 0, attempt: 1 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn begin(&mut self) -> Command {
        if let Err(errors) = self.proven() {
            return self.refuse(errors);
        }
        if self.draft.step >= self.definition.steps.len() {
            self.fail_run(EngineError::UnknownStep { index: self.draft.step });
            return Command::Finish;
        }
        if self.observed {
            return self.tell(EventKind::WorkflowStarted, Phase::Starting);
        }
        self.set_out()
    }

    #[inline]
    fn set_out(&mut self) -> Command {
        if self.durable.is_some() {
            return self.go_on();
        }
        self.enter(self.draft.step)
    }

    /// The macro proves its definitions; a loaded one is checked before anything runs. A constant
    /// written by hand is trusted, and fails at the step that leads nowhere.
    #[inline]
    fn proven(&self) -> Result<(), DefinitionErrors> {
        match &self.definition {
            DefinitionRef::Shared(definition) => definition.check(),
            DefinitionRef::Static(definition) if definition.steps.is_empty() => {
                Err(DefinitionErrors::new(definition.name.to_string(), DefinitionProblem::NoSteps))
            }
            DefinitionRef::Static(_) => Ok(()),
        }
    }

    #[cold]
    fn refuse(&mut self, errors: DefinitionErrors) -> Command {
        self.record.fail(Failure::Definition { errors });
        self.close(WorkflowStatus::Failed);
        self.end()
    }

    /// The hooks know that the run has started. If one failed, nothing runs and no further event is
    /// sent (item 98); a resumed run keeps its history (M10).
    #[inline]
    pub(super) fn started(&mut self, failed: Option<usize>) -> Command {
        if let Some(index) = failed {
            self.record.fail(Failure::Hook { index });
            self.close(WorkflowStatus::Failed);
            return self.end();
        }
        self.set_out()
    }

    /// Goes to a step; those in between were jumped over.
    #[inline(always)]
    pub(super) fn enter(&mut self, step: usize) -> Command {
        self.skip_to(step);
        self.draft.step = step;
        self.draft.started = self.now;
        self.draft.attempts = 0;
        self.draft.visit = 1;
        match self.step().after {
            // A resumed run has done its waiting before it paused.
            Some(after) if !after.is_zero() && self.decided.is_none() => {
                self.phase = Phase::Delaying;
                Command::Wait(after)
            }
            _ => self.start_step(),
        }
    }

    /// The same where the wait before the step is known to the moment.
    #[cold]
    pub(super) fn enter_at(&mut self, step: usize, due: Option<Moment>) -> Command {
        self.skip_to(step);
        self.draft = Draft { step, started: self.now, begun: self.now, attempts: 0, visit: 1 };
        match due {
            Some(due) if due > self.now => {
                self.phase = Phase::Delaying;
                Command::Wait(due.since(self.now))
            }
            _ => self.start_step(),
        }
    }

    /// The wait before the step is over.
    pub(super) fn delayed(&mut self, at: Moment) -> Command {
        self.now = at;
        self.draft.started = at;
        self.start_step()
    }

    #[inline(always)]
    fn start_step(&mut self) -> Command {
        if self.observed {
            return self.tell(EventKind::StepStarted, Phase::StepStarting);
        }
        self.open();
        self.approach()
    }

    /// The hooks know that the step has started. If one failed, the step fails without having run, and
    /// the hooks are not told that it finished (items 96 and 97).
    #[inline]
    pub(super) fn step_started(&mut self, failed: Option<usize>) -> Command {
        let again = self.is_reentering();
        if !again {
            self.open();
        }
        if let Some(index) = failed {
            let error = StepError::Hook(self.record.hook_errors()[index].clone());
            self.current().rare_mut().decision = self.decided.take();
            self.complete_failed(error);
            self.fail_at_step();
            return self.finish(WorkflowStatus::Failed);
        }
        if again {
            return self.try_again();
        }
        self.approach()
    }

    /// The body comes next, or its gate.
    #[inline(always)]
    fn approach(&mut self) -> Command {
        if self.step().approval.is_none() {
            return self.attempt();
        }
        match self.decided.take() {
            None => self.gate(),
            Some(decision) => self.decided(Ok(decision), self.now),
        }
    }

    /// Lists the step under way, in place of what was listed for it; its earlier visits are kept.
    #[inline(always)]
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
        result.name = copied(&definition.name);
        result.approval_required = definition.approval.is_some();
        self.visited += 1;
        result.sequence = self.visited;
        result.visit = self.draft.visit;
    }

    #[cold]
    fn reopen(&mut self, at: usize) {
        let earlier = std::mem::replace(&mut self.record.steps[at], StepResult::BLANK).into_earlier();
        self.draft.visit = u32::try_from(earlier.len()).unwrap_or(u32::MAX).saturating_add(1);
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

/// `Cow::clone`, inlined for the names of constants.
#[inline]
#[expect(clippy::ptr_arg, reason = "whether the name is a constant is the point")]
fn copied(name: &Cow<'static, str>) -> Cow<'static, str> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name),
        Cow::Owned(name) => Cow::Owned(name.clone()),
    }
}
