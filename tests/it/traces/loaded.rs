//! Workflows whose definitions are loaded from the file at run time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use stepflow::{
    Async, AsyncWorkflow, Blocking, BlockingWorkflow, BoxError, DefinitionRef, ResumeError, RetrySettings,
    RunContext, StepOutcome, Workflow, WorkflowDefinition, WorkflowResult,
};

use super::format::{ChildCall, DecisionSpec, TargetSpec, WorkflowSpec, listed};
use super::observe;
use super::world::{
    Cue, Ending, Fault, Log, Setup, Stage, Way, bear, bear_awaiting, go_on, go_on_awaiting, start,
    start_awaiting,
};

/// The definition that a recorded workflow stands for, read as any definition in a file would be.
pub(crate) fn definition(spec: &WorkflowSpec) -> Result<WorkflowDefinition, String> {
    let steps: Result<Vec<Value>, String> = spec
        .steps
        .iter()
        .map(|step| {
            let retry = retry(step.retries, step.retry_delay)?;
            let mut written = json!({"name": step.name, "retry": retry});
            if let Some(description) = &step.description {
                written["description"] = json!(description);
            }
            if let Some(routes) = &step.routes {
                let route = |(key, target): &(String, TargetSpec)| match target {
                    TargetSpec::End(_) => json!({"key": key, "target": "end"}),
                    TargetSpec::Step(name) => json!({"key": key, "target": {"step": name}}),
                };
                written["routes"] = routes.iter().map(route).collect();
            }
            // Without a gate there is nothing that a message could belong to.
            if step.requires_approval {
                written["approval"] = json!({"metadata": step.approval_metadata.clone().unwrap_or_default()});
                if let Some(message) = &step.approval_message {
                    written["approval"]["message"] = json!(message);
                }
            }
            Ok(written)
        })
        .collect();
    let retry = retry(Some(spec.retries), Some(spec.retry_delay))?;
    let written = json!({"name": spec.name, "retry": retry, "steps": steps?});
    serde_json::from_value(written).map_err(|error| error.to_string())
}

fn retry(times: Option<u32>, delay: Option<f64>) -> Result<Value, String> {
    let delay = delay.map(Duration::try_from_secs_f64).transpose().map_err(|error| error.to_string())?;
    let settings = RetrySettings { times, delay, ..RetrySettings::INHERIT };
    serde_json::to_value(settings).map_err(|error| error.to_string())
}

struct Loaded {
    definition: Arc<WorkflowDefinition>,
    spec: WorkflowSpec,
    cue: Cue,
    state: Log,
}

impl Loaded {
    fn new(cue: Cue, state: Log) -> Self {
        let spec = cue.world.lock().unwrap().scenario.spec(&cue.key).cloned();
        let spec = spec.unwrap_or_else(|| panic!("`{}` is no workflow of the scenario", cue.key));
        let definition = definition(&spec).unwrap_or_else(|problem| panic!("{problem}"));
        Self { definition: Arc::new(definition), spec, cue, state }
    }
}

impl Workflow for Loaded {
    type State = Log;
    type Mode = Blocking;

    fn definition(&self) -> DefinitionRef {
        Arc::clone(&self.definition).into()
    }

    fn state(&self) -> &Log {
        &self.state
    }

    fn into_state(self) -> Log {
        self.state
    }
}

impl BlockingWorkflow for Loaded {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        let played = self.cue.play_with(&mut self.state, ctx);
        self.outcome(step, played)
    }
}

impl Loaded {
    fn outcome(&self, step: usize, played: Result<Value, BoxError>) -> StepOutcome {
        let Some(step) = self.spec.steps.get(step) else {
            return StepOutcome::unknown_step(step);
        };
        match played {
            Ok(output) => match output.as_str().map(str::to_owned) {
                Some(key) if step.routes.is_some() => StepOutcome::succeeded(output).routed(key),
                _ => StepOutcome::succeeded(output),
            },
            Err(error) => {
                let kind = match error.downcast_ref::<Fault>() {
                    Some(fault) => format!("user:{}", fault.kind),
                    None => observe::kind_of(&*error),
                };
                let kinds = self.spec.retry_kinds(step);
                let named = kinds.is_empty() || listed(kinds, &kind);
                let failed = StepOutcome::failed(error);
                if named { failed } else { failed.fatal() }
            }
        }
    }
}

/// The same with async steps.
struct LoadedAsync(Loaded);

impl Workflow for LoadedAsync {
    type State = Log;
    type Mode = Async;

    fn definition(&self) -> DefinitionRef {
        self.0.definition()
    }

    fn state(&self) -> &Log {
        self.0.state()
    }

    fn into_state(self) -> Log {
        self.0.into_state()
    }
}

impl AsyncWorkflow for LoadedAsync {
    async fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        let played = self.0.cue.play_with_later(&mut self.0.state, ctx).await;
        self.0.outcome(step, played)
    }
}

pub(crate) struct LoadedStage;

impl Stage for LoadedStage {
    fn run(&self, cue: Cue, setup: &Setup) -> WorkflowResult<Log> {
        let way = cue.way;
        let loaded = Loaded::new(cue, Log::default());
        match way {
            Way::Awaiting => start_awaiting(LoadedAsync(loaded), setup),
            _ => start(loaded, setup),
        }
    }

    fn resume(
        &self,
        cue: Cue,
        paused: WorkflowResult<Log>,
        decision: &DecisionSpec,
        setup: &Setup,
    ) -> Result<WorkflowResult<Log>, ResumeError<Log>> {
        match cue.way {
            Way::Awaiting => {
                go_on_awaiting(paused, |state| LoadedAsync(Loaded::new(cue, state)), decision, setup)
            }
            _ => go_on(paused, |state| Loaded::new(cue, state), decision, setup),
        }
    }

    fn child<'c>(&self, cue: Cue, ctx: &'c mut RunContext<'_>, call: &'c ChildCall) -> Ending<'c> {
        let (way, world) = (cue.way, cue.world.clone());
        let loaded = Loaded::new(cue, Log::default());
        match way {
            Way::Awaiting => bear_awaiting(LoadedAsync(loaded), ctx, call, &world),
            _ => bear(loaded, ctx, call, &world),
        }
    }
}
