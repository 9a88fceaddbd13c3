//! A step's body runs, is tried again, and leads somewhere.

use std::borrow::Cow;

use super::{After, Command, Engine, Phase};
use crate::definition::Target;
use crate::error::{EngineError, RouteResolutionError, StepError};
use crate::result::{ChildResult, Output, RouteDecision, StepStatus};
use crate::time::Moment;
use crate::workflow::{Attempted, StepOutcome};

/// The name of the step that was gone to by name (not by falling through), and where to go.
type Onward = (Option<Cow<'static, str>>, After);

impl Engine {
    pub(super) fn attempt(&mut self) -> Command {
        self.phase = Phase::Attempting;
        self.draft.attempts += 1;
        Command::Attempt { step: self.draft.step, attempt: self.draft.attempts }
    }

    pub(super) fn attempted(
        &mut self,
        outcome: StepOutcome,
        mut children: Vec<ChildResult>,
        at: Moment,
    ) -> Command {
        self.now = at;
        if !children.is_empty() {
            for child in &mut children {
                child.attempt = self.draft.attempts;
            }
            self.draft.children.append(&mut children);
        }
        match outcome.0 {
            Attempted::Succeeded { output, route } => self.succeeded(output, route),
            Attempted::Failed { error, retry } => match self.wait(retry) {
                None => self.fail_step(error, None, After::Fail),
                Some(wait) if wait.is_zero() => self.attempt(),
                Some(wait) => {
                    self.phase = Phase::Waiting;
                    Command::Wait(wait)
                }
            },
        }
    }

    /// How long to wait before the next attempt; `None` when there is none.
    fn wait(&mut self, retry: bool) -> Option<std::time::Duration> {
        if !retry {
            return None;
        }
        let policy = match self.draft.retry {
            Some(policy) => policy,
            None => *self
                .draft
                .retry
                .insert(self.definition.retry_policy(&self.definition.steps[self.draft.step])),
        };
        policy.wait_after(self.draft.attempts, || self.chance.f64())
    }

    /// The route is resolved once, outside the retries (items 40 and M18).
    fn succeeded(&mut self, output: Output, route: Option<Cow<'static, str>>) -> Command {
        let step = self.step();
        let onward = if step.routes.is_empty() {
            step.next.map_or_else(|| Ok((None, self.below())), |target| self.resolve(target))
        } else {
            return self.routed(output, route);
        };
        match onward {
            Ok((next_step, after)) => {
                let result = self.push(StepStatus::Succeeded, Some(output), None);
                result.next_step = next_step;
                self.leave(after)
            }
            Err(error) => self.fail_after_body(output, error),
        }
    }

    fn routed(&mut self, output: Output, route: Option<Cow<'static, str>>) -> Command {
        let step = self.step();
        let found = route.as_ref().and_then(|key| step.routes.iter().find(|route| route.key == *key));
        let Some((key, target)) = found.map(|route| (route.key.clone(), route.target)) else {
            let error = RouteResolutionError {
                step: step.name.to_string(),
                key: route.map_or_else(|| format!("{output:?}"), Cow::into_owned),
                known: step.routes.iter().map(|route| route.key.to_string()).collect(),
            };
            return self.fail_after_body(output, StepError::RouteResolution(Box::new(error)));
        };
        match self.resolve(target) {
            Ok((next_step, after)) => {
                let decision = RouteDecision {
                    step_name: step.name.clone(),
                    route_key: key.clone(),
                    next_step: next_step.clone(),
                };
                self.record.route_trace.push(decision);
                let result = self.push(StepStatus::Succeeded, Some(output), None);
                result.route_key = Some(key);
                result.next_step = next_step;
                self.leave(after)
            }
            Err(error) => self.fail_after_body(output, error),
        }
    }

    /// The output is kept (item 36).
    fn fail_after_body(&mut self, output: Output, error: StepError) -> Command {
        self.push(StepStatus::Failed, Some(output), Some(error));
        self.leave(After::Fail)
    }

    /// The step below, or the end.
    fn below(&self) -> After {
        let below = self.draft.step + 1;
        if below < self.definition.steps.len() { After::Step(below) } else { After::End }
    }

    /// Where a target leads. Only a definition written by hand can lead nowhere or back.
    pub(super) fn resolve(&self, target: Target) -> Result<Onward, StepError> {
        let Target::Step(index) = target else {
            return Ok((None, After::End));
        };
        match self.definition.steps.get(index) {
            Some(step) if index > self.draft.step => Ok((Some(step.name.clone()), After::Step(index))),
            Some(_) => Err(StepError::Engine(Box::new(EngineError::NotLater { index }))),
            None => Err(StepError::Engine(Box::new(EngineError::UnknownStep { index }))),
        }
    }
}
