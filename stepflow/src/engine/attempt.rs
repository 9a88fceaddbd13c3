//! A step's body runs, is tried again, and leads somewhere.

use std::borrow::Cow;
use std::time::Duration;

use super::{Command, Engine, Phase};
use crate::definition::{RouteDefinition, Target};
use crate::error::{EngineError, RouteResolutionError, StepError, VisitLimitError};
use crate::result::{ChildResult, Output, RouteDecision, StepStatus};
use crate::retry::RetryPolicy;

impl Engine {
    #[inline]
    pub(super) fn attempt(&mut self) -> Command {
        self.phase = Phase::Attempting;
        if self.draft.attempts == 0 {
            self.draft.begun = self.now;
        }
        if self.is_to_run_once() {
            return self.save_attempt();
        }
        Command::Attempt { step: self.draft.step, attempt: self.draft.attempts + 1 }
    }

    /// When to give up on the attempt that was commanded last: after the step's own timeout, or when the
    /// budget of its retries is spent. Answer [`StepOutcome::timed_out`](crate::StepOutcome::timed_out).
    ///
    /// Asked after [`Command::Attempt`], by drivers that can stop a body.
    ///
    /// ```
    /// # use std::borrow::Cow;
    /// # use std::time::Duration;
    /// # use stepflow::engine::{Engine, Gates, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, WorkflowDefinition};
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition {
    /// #     name: Cow::Borrowed("weigh"),
    /// #     timeout: Some(Duration::from_secs(5)),
    /// #     ..StepDefinition::BLANK
    /// # }] });
    /// # let setup = Setup { at: Moment::from_nanos(0), gates: Gates::Refuse, observed: false, seed: 0 };
    /// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
    /// engine.begin();
    /// assert_eq!(engine.timeout(), Some(Duration::from_secs(5)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn timeout(&self) -> Option<Duration> {
        let (step, workflow) = (self.step(), &self.definition.retry);
        // Most steps have none, and nothing of which one could be worked out.
        if step.timeout.is_none() && step.retry.budget.is_none() && workflow.budget.is_none() {
            return None;
        }
        self.policy().limit(self.step().timeout, self.spent())
    }

    /// The attempt failed, one way or another.
    #[cold]
    pub(super) fn failed(&mut self, error: StepError, retry: bool) -> Command {
        match self.wait(retry) {
            None => self.fail_step(error),
            Some(wait) if self.durable.is_some() => self.save_retry(self.now.later(wait), &error),
            Some(wait) if wait.is_zero() => self.attempt(),
            Some(wait) => {
                self.phase = Phase::Waiting;
                Command::Wait(wait)
            }
        }
    }

    /// Counts an attempt, and keeps the children that it ran.
    #[inline]
    pub(super) fn adopt(&mut self, children: &mut Vec<ChildResult>) {
        self.draft.attempts += 1;
        if !children.is_empty() {
            self.attach(children);
        }
    }

    #[cold]
    fn attach(&mut self, children: &mut Vec<ChildResult>) {
        let attempt = self.draft.attempts;
        let children = children.drain(..).map(|child| ChildResult { attempt, ..child });
        self.current().rare_mut().children.extend(children);
    }

    /// How long to wait before the next attempt; `None` when there is none.
    #[cold]
    fn wait(&mut self, retry: bool) -> Option<Duration> {
        if !retry {
            return None;
        }
        let (failed, spent) = (self.draft.attempts, self.spent());
        self.policy().wait_after(failed, spent, || self.chance.f64())
    }

    /// The time since the first attempt began.
    fn spent(&self) -> Duration {
        self.now.since(self.draft.begun)
    }

    pub(super) fn policy(&self) -> RetryPolicy {
        self.definition.retry_policy(self.step())
    }

    /// The route is resolved once, outside the retries (items 40 and M18).
    #[inline(always)]
    pub(super) fn succeeded(&mut self, output: Output, key: Option<Cow<'static, str>>) -> Command {
        // Kept in any case (item 36).
        self.current().output = Some(output);
        let step = self.step();
        if step.is_routed() {
            return self.routed(key);
        }
        let target = step.next;
        match self.check(target) {
            Ok(()) => self.succeed(target),
            Err(error) => self.fail_step(*error),
        }
    }

    #[inline]
    fn succeed(&mut self, target: Option<Target>) -> Command {
        self.complete(StepStatus::Succeeded);
        self.go(target)
    }

    fn routed(&mut self, key: Option<Cow<'static, str>>) -> Command {
        let step = self.step();
        let found = key.as_ref().and_then(|key| step.routes.iter().find(|route| route.key == *key));
        let Some(RouteDefinition { key, target }) = found.cloned() else {
            let error = self.leads_nowhere(key);
            return self.fail_step(error);
        };
        if let Err(error) = self.check(Some(target)) {
            return self.fail_step(*error);
        }
        let step_name = step.name.clone();
        let decision = RouteDecision { step_name, route_key: key.clone(), next_step: self.name_of(target) };
        self.record.route_trace.push(decision);
        self.current().route_key = Some(key);
        self.succeed(Some(target))
    }

    #[cold]
    fn leads_nowhere(&self, key: Option<Cow<'static, str>>) -> StepError {
        let step = self.step();
        let output =
            || self.record.steps[self.draft.step].output.as_ref().map(|output| format!("{output:?}"));
        StepError::RouteResolution(Box::new(RouteResolutionError {
            step: step.name.to_string(),
            key: key.map(Cow::into_owned).or_else(output).unwrap_or_default(),
            known: step.routes.iter().map(|route| route.key.to_string()).collect(),
        }))
    }

    /// Whether the run can go there from the step under way; no target is the step below. Only a
    /// definition written by hand can lead nowhere, or back where no step may run twice.
    // The error is boxed: then the answer is a single word, and saying yes costs nothing.
    #[inline]
    pub(super) fn check(&self, target: Option<Target>) -> Result<(), Box<StepError>> {
        let (last, below) = (self.definition.steps.len(), self.draft.step + 1);
        match target {
            Some(Target::Step(index)) if index >= last => Err(refused(EngineError::UnknownStep { index })),
            Some(Target::Step(index)) if index < below && self.definition.max_visits.is_none() => {
                Err(refused(EngineError::NotLater { index }))
            }
            Some(Target::Step(index)) => self.visitable(index),
            None if below < last => self.visitable(below),
            None | Some(Target::End) => Ok(()),
        }
    }

    /// Whether the step may run once more.
    #[inline]
    fn visitable(&self, index: usize) -> Result<(), Box<StepError>> {
        self.definition.max_visits.map_or(Ok(()), |limit| self.below_limit(index, limit))
    }

    fn below_limit(&self, index: usize, limit: u32) -> Result<(), Box<StepError>> {
        let visits = if index == self.draft.step {
            self.visit()
        } else {
            self.record.steps.get(index).map_or(0, crate::StepResult::visit)
        };
        if visits < limit {
            return Ok(());
        }
        let step = self.definition.steps[index].name.to_string();
        Err(Box::new(StepError::VisitLimit(Box::new(VisitLimitError { step, visits }))))
    }

    /// Which visit the one under way is, counted from 1.
    ///
    /// Asked after [`Command::Attempt`], for what the body may see of the run.
    ///
    /// ```
    /// # use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
    /// # use stepflow::{DefinitionRef, StepDefinition, StepOutcome, WorkflowDefinition};
    /// # static PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", const { &[StepDefinition::new("weigh")] });
    /// # let at = Moment::from_nanos(0);
    /// # let setup = Setup { at, gates: Gates::Refuse, observed: false, seed: 0 };
    /// let mut engine = Engine::new(DefinitionRef::Static(&PARCEL), "p1".parse()?, setup);
    /// engine.begin();
    /// assert_eq!(engine.visit(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn visit(&self) -> u32 {
        self.draft.visit
    }
}

#[cold]
fn refused(error: EngineError) -> Box<StepError> {
    Box::new(StepError::Engine(Box::new(error)))
}
