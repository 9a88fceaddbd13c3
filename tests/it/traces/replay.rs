//! The calls of a scenario, made through the public API and written down as outcomes.

use std::sync::Arc;

use serde_json::Value;
use stepflow::{ResumeRefusal, Timestamp, WorkflowResult};

use super::format::{Call, Op, Outcome, Scenario};
use super::observe;
use super::world::{Cue, Log, Setup, Shared, Stage, Way, World};
use crate::drivers::plain;

/// How a paused result gets from its run to its resume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Carried {
    InMemory,
    AsJson,
}

/// What a replay gave: the outcomes in the words of the recording, and every result as its JSON without
/// times and ids.
pub(crate) struct Replayed {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) results: Vec<Value>,
}

pub(crate) fn replay(
    scenario: &Arc<Scenario>,
    stage: &Arc<dyn Stage>,
    way: Way,
    carried: Carried,
) -> Result<Replayed, String> {
    let world = World::new(scenario);
    let stage = Arc::clone(stage);
    let mut player = Player { world, stage, way, carried, kept: Vec::new(), results: Vec::new() };
    let outcomes: Result<Vec<Outcome>, String> =
        scenario.calls.iter().map(|call| player.call(call)).collect();
    let problem = player.world.lock().unwrap().problems.pop();
    match problem {
        Some(problem) => Err(problem),
        None => Ok(Replayed { outcomes: outcomes?, results: player.results }),
    }
}

struct Player {
    world: Shared,
    stage: Arc<dyn Stage>,
    way: Way,
    carried: Carried,
    kept: Vec<Option<Kept>>,
    results: Vec<Value>,
}

struct Kept {
    /// Gone once it has been resumed: then only the copy is left.
    live: Option<WorkflowResult<Log>>,
    saved: String,
    started_at: Timestamp,
}

impl Player {
    fn call(&mut self, call: &Call) -> Result<Outcome, String> {
        let options = &call.options;
        let setup = Setup {
            hooks: options.hooks.clone(),
            answers: options.approval.clone(),
            pausing: options.pause_on_approval,
            way: self.way,
            world: Arc::clone(&self.world),
        };
        let key = self.world.lock().unwrap().scenario.workflow.key.clone();
        let cue = Cue {
            key: options.workflow.clone().unwrap_or(key),
            way: self.way,
            world: Arc::clone(&self.world),
            stage: Arc::clone(&self.stage),
        };
        let (result, refused, before) = match (call.op, &options.decision) {
            (Op::Resume, Some(decision)) => {
                let (paused, started_at) = self.checkpoint(options.from.unwrap_or_default())?;
                let saved = paused.to_checkpoint().map_err(|error| error.to_string())?;
                let stage = Arc::clone(&self.stage);
                match stage.resume(cue, paused, &decision.spec(), &setup) {
                    Ok(result) => (result, None, Some(started_at)),
                    Err(error) => {
                        let refusal = refusal(error.refusal());
                        let given_back = error.into_paused();
                        if given_back.to_checkpoint().ok().as_deref() != Some(&saved) {
                            return Err("a refused resume gave another result back".to_owned());
                        }
                        (given_back, Some(refusal), Some(started_at))
                    }
                }
            }
            _ => (self.stage.run(cue, &setup), None, None),
        };
        self.outcome(call, result, refused, before)
    }

    fn checkpoint(&mut self, from: usize) -> Result<(WorkflowResult<Log>, Timestamp), String> {
        let kept = self.kept.get_mut(from).and_then(Option::as_mut);
        let kept = kept.ok_or("a resume from a call that gave no result")?;
        let live = kept.live.take().filter(|_| self.carried == Carried::InMemory);
        let result = match live {
            Some(live) => live,
            None => WorkflowResult::from_checkpoint(&kept.saved).map_err(|error| error.to_string())?,
        };
        Ok((result, kept.started_at))
    }

    fn outcome(
        &mut self,
        call: &Call,
        result: WorkflowResult<Log>,
        refused: Option<String>,
        before: Option<Timestamp>,
    ) -> Result<Outcome, String> {
        let saved = result.to_checkpoint().map_err(|error| error.to_string())?;
        let read = WorkflowResult::<Log>::from_checkpoint(&saved).map_err(|error| error.to_string())?;
        self.results.push(plain(&result));
        let trace = observe::result(&result, &self.world.lock().unwrap());
        if observe::result(&read, &self.world.lock().unwrap()) != trace {
            return Err(format!("the result is another after a round trip through JSON: {saved}"));
        }
        let started_at = result.started_at();
        let (events, approval_requests, sleeps) = self.world.lock().unwrap().take_recordings();
        let mut outcome = Outcome {
            raised: None,
            result: Some(trace),
            events,
            approval_requests,
            sleeps,
            keeps_started_at: before.map(|before| before == started_at),
            refused,
        };
        let raises = call.options.raise_on_failure && outcome.refused.is_none();
        let live = if raises { result.into_result() } else { Ok(result) };
        match live {
            Ok(result) => self.kept.push(Some(Kept { live: Some(result), saved, started_at })),
            Err(error) => {
                outcome.raised = Some(observe::raised(&error));
                outcome.result = None;
                self.kept.push(None);
            }
        }
        Ok(outcome)
    }
}

fn refusal(refusal: &ResumeRefusal) -> String {
    match refusal {
        ResumeRefusal::DefinitionChanged { .. } => "definition changed",
        ResumeRefusal::Inconsistent { .. } => "inconsistent",
        ResumeRefusal::NotPaused { .. } => "not paused",
        ResumeRefusal::OtherWorkflow { .. } => "other workflow",
        _ => "another refusal",
    }
    .to_owned()
}
