//! A step's body runs, is tried again, and leads somewhere.

use std::borrow::Cow;
use std::time::Duration;

use super::{After, Command, Engine, Phase};
use crate::definition::Target;
use crate::error::{EngineError, RouteResolutionError, StepError, TimeoutError, VisitLimitError};
use crate::result::{ChildResult, Output, RouteDecision, StepStatus};
use crate::retry::RetryPolicy;
use crate::workflow::Attempted;

/// The name of the step that was gone to by name (not by falling through), and where to go.
pub(super) type Onward = (Option<Cow<'static, str>>, After);

impl Engine {
    #[inline]
    pub(super) fn attempt(&mut self) -> Command {
        self.phase = Phase::Attempting;
        if self.draft.attempts == 0 {
            self.draft.begun = self.now;
        }
        Command::Attempt { step: self.draft.step, attempt: self.draft.attempts + 1 }
    }

    /// When to give up on the attempt that was commanded last: after the step's own timeout, or when the
    /// budget of its retries is spent. Answer [`StepOutcome::timed_out`](crate::StepOutcome::timed_out).
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.policy().limit(self.step().timeout, self.spent())
    }

    /// The attempt failed, or ran out of time.
    #[cold]
    pub(super) fn failed(&mut self, attempted: Attempted) -> Command {
        let (error, retry) = match attempted {
            Attempted::Succeeded { output, route } => return self.succeeded(output, route),
            Attempted::Failed { error, retry } => (error, retry),
            Attempted::Unfinished => {
                let index = self.draft.step;
                (StepError::Engine(Box::new(EngineError::UnknownStep { index })), false)
            }
            Attempted::TimedOut { limit } => {
                (StepError::Timeout(TimeoutError { limit }), self.policy().timeouts)
            }
        };
        match self.wait(retry) {
            None => self.fail_step(error),
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
            let attempt = self.draft.attempts;
            let children = children.drain(..).map(|child| ChildResult { attempt, ..child });
            self.current().rare_mut().children.extend(children);
        }
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

    fn policy(&self) -> RetryPolicy {
        self.definition.retry_policy(self.step())
    }

    /// The route is resolved once, outside the retries (items 40 and M18).
    #[inline]
    pub(super) fn succeeded(&mut self, output: Output, route: Option<Cow<'static, str>>) -> Command {
        // Kept in any case (item 36).
        self.current().output = Some(output);
        let step = self.step();
        let onward = match (step.is_routed(), step.next) {
            (true, _) => self.routed(route),
            (false, Some(target)) => self.resolve(target),
            (false, None) => self.below(),
        };
        match onward {
            Ok(onward) => {
                self.complete(StepStatus::Succeeded);
                self.go(Some(onward))
            }
            Err(error) => self.fail_step(error),
        }
    }

    fn routed(&mut self, route: Option<Cow<'static, str>>) -> Result<Onward, StepError> {
        let step = self.step();
        let found = route.as_ref().and_then(|key| step.routes.iter().find(|route| route.key == *key));
        let Some((key, target)) = found.map(|route| (route.key.clone(), route.target)) else {
            let output =
                || self.record.steps[self.draft.step].output.as_ref().map(|output| format!("{output:?}"));
            return Err(StepError::RouteResolution(Box::new(RouteResolutionError {
                step: step.name.to_string(),
                key: route.map(Cow::into_owned).or_else(output).unwrap_or_default(),
                known: step.routes.iter().map(|route| route.key.to_string()).collect(),
            })));
        };
        let onward = self.resolve(target)?;
        let decision = RouteDecision {
            step_name: step.name.clone(),
            route_key: key.clone(),
            next_step: onward.0.clone(),
        };
        self.record.route_trace.push(decision);
        self.current().route_key = Some(key);
        Ok(onward)
    }

    /// The step below, or the end.
    #[inline]
    fn below(&self) -> Result<Onward, StepError> {
        let below = self.draft.step + 1;
        if below == self.definition.steps.len() {
            return Ok((None, After::End));
        }
        self.visitable(below)?;
        Ok((None, After::Step(below)))
    }

    /// Where a target leads. Only a definition written by hand can lead nowhere, or back where no step
    /// may run twice.
    pub(super) fn resolve(&self, target: Target) -> Result<Onward, StepError> {
        let Target::Step(index) = target else {
            return Ok((None, After::End));
        };
        let Some(step) = self.definition.steps.get(index) else {
            return Err(StepError::Engine(Box::new(EngineError::UnknownStep { index })));
        };
        if index <= self.draft.step && self.definition.max_visits.is_none() {
            return Err(StepError::Engine(Box::new(EngineError::NotLater { index })));
        }
        self.visitable(index)?;
        Ok((Some(step.name.clone()), After::Step(index)))
    }

    /// Whether the step may run once more.
    #[inline]
    fn visitable(&self, index: usize) -> Result<(), StepError> {
        let Some(limit) = self.definition.max_visits else {
            return Ok(());
        };
        let visits = if index == self.draft.step {
            self.visit()
        } else {
            self.record.steps.get(index).map_or(0, crate::StepResult::visit)
        };
        if visits < limit {
            return Ok(());
        }
        let step = self.definition.steps[index].name.to_string();
        Err(StepError::VisitLimit(Box::new(VisitLimitError { step, visits })))
    }

    /// Which visit the one under way is, counted from 1.
    #[must_use]
    #[inline]
    pub fn visit(&self) -> u32 {
        self.draft.visit
    }
}
