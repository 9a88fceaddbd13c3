//! What is around a replayed workflow: the scripts, the recorders, and what a body does when it is
//! called. Shared by the definitions loaded from the file and by those written with the macro.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow::{
    ApprovalDecision, ApprovalHandler, ApprovalRequest, BlockingWorkflow, BoxError, ChildWorkflowError,
    ResumeError, Run, RunContext, RunId, Workflow, WorkflowEvent, WorkflowHook, WorkflowResult,
};

use super::format::{
    Answer, Answers, ChildCall, DecisionSpec, Entry, EventName, EventTrace, HookSpec, RequestTrace, Scenario,
};
use super::observe;

/// The state of every replayed workflow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Log(pub(crate) Vec<String>);

/// What a script, a handler or a hook raised. Its text carries the kind, so that it can be told after a
/// round trip through JSON, too.
#[derive(Debug, thiserror::Error)]
#[error("user:{kind}|{message}")]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    message: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Corrupt,
    Net,
    NetReset,
    Other(String),
    Throttled,
    Timeout,
}

impl Fault {
    fn new(kind: &str, message: String) -> Self {
        let kind = match kind {
            "corrupt" => Kind::Corrupt,
            "net" => Kind::Net,
            "net.reset" => Kind::NetReset,
            "throttled" => Kind::Throttled,
            "timeout" => Kind::Timeout,
            other => Kind::Other(other.to_owned()),
        };
        Self { kind, message }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Corrupt => "corrupt",
            Self::Net => "net",
            Self::NetReset => "net.reset",
            Self::Other(other) => other,
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
        })
    }
}

/// What is recorded, and what is played.
pub(crate) struct World {
    pub(crate) scenario: Arc<Scenario>,
    bodies: BTreeMap<(String, String), usize>,
    seen: Vec<String>,
    /// The logs of the children under way. A failed child's state is gone with it.
    children: Vec<Vec<String>>,
    pub(crate) child_logs: BTreeMap<String, Vec<String>>,
    events: Vec<EventTrace>,
    requests: Vec<RequestTrace>,
    sleeps: Vec<f64>,
    pub(crate) problems: Vec<String>,
}

pub(crate) type Shared = Arc<Mutex<World>>;

impl World {
    pub(crate) fn new(scenario: &Arc<Scenario>) -> Shared {
        Arc::new(Mutex::new(Self {
            scenario: Arc::clone(scenario),
            bodies: BTreeMap::new(),
            seen: Vec::new(),
            children: Vec::new(),
            child_logs: BTreeMap::new(),
            events: Vec::new(),
            requests: Vec::new(),
            sleeps: Vec::new(),
            problems: Vec::new(),
        }))
    }

    /// What has been recorded since the last call.
    pub(crate) fn take_recordings(&mut self) -> (Vec<EventTrace>, Vec<RequestTrace>, Vec<f64>) {
        (
            std::mem::take(&mut self.events),
            std::mem::take(&mut self.requests),
            std::mem::take(&mut self.sleeps),
        )
    }

    /// `run-1`, `run-2`, … in the order in which anybody first sees them.
    fn name(&mut self, run: &RunId) -> String {
        let run = run.to_string();
        let place = self.seen.iter().position(|seen| *seen == run).unwrap_or_else(|| {
            self.seen.push(run);
            self.seen.len() - 1
        });
        format!("run-{}", place + 1)
    }
}

/// Runs the workflows of a scenario by their keys: loaded at run time, or written with the macro.
pub(crate) trait Stage: Send + Sync {
    fn run(&self, cue: Cue, setup: &Setup) -> WorkflowResult<Log>;

    fn resume(
        &self,
        cue: Cue,
        paused: WorkflowResult<Log>,
        decision: &DecisionSpec,
        setup: &Setup,
    ) -> Result<WorkflowResult<Log>, ResumeError<Log>>;

    fn child(
        &self,
        cue: Cue,
        ctx: &mut RunContext<'_>,
        call: &ChildCall,
    ) -> Result<WorkflowResult<Log>, ChildWorkflowError>;
}

/// The options of a call.
pub(crate) struct Setup {
    pub(crate) hooks: Vec<HookSpec>,
    pub(crate) answers: Option<Answers>,
    pub(crate) pausing: Option<bool>,
    pub(crate) world: Shared,
}

/// A [`Stage::run`] for one type of workflow.
pub(crate) fn start<W: BlockingWorkflow<State = Log>>(workflow: W, setup: &Setup) -> WorkflowResult<Log> {
    equip(Run::new(workflow), setup).run()
}

/// A [`Stage::resume`] for one type of workflow.
pub(crate) fn go_on<W: BlockingWorkflow<State = Log>>(
    paused: WorkflowResult<Log>,
    factory: impl FnOnce(Log) -> W,
    decision: &DecisionSpec,
    setup: &Setup,
) -> Result<WorkflowResult<Log>, ResumeError<Log>> {
    Ok(equip(paused.resume(factory, answer(decision))?, setup).run())
}

/// A [`Stage::child`] for one type of workflow.
pub(crate) fn bear<W: BlockingWorkflow<State = Log>>(
    workflow: W,
    ctx: &mut RunContext<'_>,
    call: &ChildCall,
    world: &Shared,
) -> Result<WorkflowResult<Log>, ChildWorkflowError> {
    let mut child = ctx.child(workflow);
    match call.hooks.as_deref() {
        None => {}
        Some([]) => child = child.no_hooks(),
        Some(hooks) => {
            for spec in hooks {
                child = child.hook(Recorder { spec: spec.clone(), world: Arc::clone(world) });
            }
        }
    }
    if let Some(answers) = &call.approval {
        child = child.approval_handler(Desk { answers: answers.clone(), world: Arc::clone(world) });
    }
    if !call.fail_parent {
        child = child.keep_parent_running();
    }
    child.run()
}

fn equip<W: Workflow>(mut run: Run<'static, W>, setup: &Setup) -> Run<'static, W> {
    for spec in &setup.hooks {
        run = run.hook(Recorder { spec: spec.clone(), world: Arc::clone(&setup.world) });
    }
    if let Some(answers) = &setup.answers {
        run = run.approval_handler(Desk { answers: answers.clone(), world: Arc::clone(&setup.world) });
    }
    run = match setup.pausing {
        None => run,
        Some(true) => run.pause_on_approval(),
        Some(false) => run.never_pause(),
    };
    let world = Arc::clone(&setup.world);
    run.sleep_with(move |wait| world.lock().unwrap().sleeps.push(wait.as_secs_f64()))
}

fn answer(spec: &DecisionSpec) -> ApprovalDecision {
    ApprovalDecision { reason: spec.reason.clone(), metadata: spec.metadata.clone(), ..spec.approved.into() }
}

/// What a body does when it is called: whatever the scenario's scripts say.
#[derive(Clone)]
pub(crate) struct Cue {
    pub(crate) key: String,
    pub(crate) world: Shared,
    pub(crate) stage: Arc<dyn Stage>,
}

impl Cue {
    /// The body of a step that takes no context.
    pub(crate) fn play(&self, log: &mut Log, step: &str) -> Result<Value, Fault> {
        self.perform(log, step, None).map_err(|error| match error.downcast() {
            Ok(fault) => *fault,
            Err(error) => Fault::new("unscripted", error.to_string()),
        })
    }

    /// The body of a step that takes the context.
    pub(crate) fn play_with(&self, log: &mut Log, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        self.perform(log, ctx.step_name(), Some(ctx))
    }

    fn perform(
        &self,
        log: &mut Log,
        step: &str,
        mut ctx: Option<&mut RunContext<'_>>,
    ) -> Result<Value, BoxError> {
        let (nth, entry) = self.next_entry(step);
        let Entry { ok, err, message, context, children } = entry;
        self.note(log, format!("{step}#{nth}"));
        for child in &children {
            let ctx = ctx.as_deref_mut().ok_or("a child in a step without context")?;
            let ended = self.child(child, ctx)?;
            self.note(log, format!("{step}#{nth}<-{}:{ended}", child.workflow));
        }
        if let Some(kind) = err {
            return Err(Fault::new(&kind, message.unwrap_or_else(|| format!("{step} hit {kind}"))).into());
        }
        if context {
            let ctx = ctx.ok_or("a look at the context in a step without one")?;
            let run = self.world.lock().unwrap().name(ctx.run_id());
            return Ok(json!({
                "workflow": ctx.workflow_name(), "step": ctx.step_name(), "attempt": ctx.attempt(), "run": run,
            }));
        }
        Ok(ok.unwrap_or(Value::Null))
    }

    fn next_entry(&self, step: &str) -> (usize, Entry) {
        let mut world = self.world.lock().unwrap();
        let count = world.bodies.entry((self.key.clone(), step.to_owned())).or_default();
        *count += 1;
        let nth = *count;
        (nth, world.scenario.entry(&self.key, step, nth))
    }

    fn note(&self, log: &mut Log, line: String) {
        if let Some(child) = self.world.lock().unwrap().children.last_mut() {
            child.push(line.clone());
        }
        log.0.push(line);
    }

    fn child(&self, call: &ChildCall, ctx: &mut RunContext<'_>) -> Result<String, BoxError> {
        self.world.lock().unwrap().children.push(Vec::new());
        let cue = Self { key: call.workflow.clone(), ..self.clone() };
        let ended = self.stage.child(cue, ctx, call);
        let mut world = self.world.lock().unwrap();
        let log = world.children.pop().unwrap_or_default();
        let record = match &ended {
            Ok(result) => result.record(),
            Err(error) => error.record(),
        };
        world.child_logs.insert(record.run_id().to_string(), log);
        match ended {
            Ok(result) => Ok(result.status().to_string()),
            Err(_) if call.catch => Ok("caught".to_owned()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A hook that writes down what it sees, and may then fail.
struct Recorder {
    spec: HookSpec,
    world: Shared,
}

impl WorkflowHook for Recorder {
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
        let run = self.world.lock().unwrap().name(event.run_id());
        let seen = observe::event(&self.spec.label, run, event);
        let (name, step) = (seen.event, seen.step.clone());
        self.world.lock().unwrap().events.push(seen);
        if self.spec.fails(name, step.as_deref()) {
            let message = format!("hook {} failed on {}", self.spec.label, EventName::text(name));
            return Err(Fault::new("sink_closed", message).into());
        }
        Ok(())
    }
}

/// An approval handler that answers as scripted.
struct Desk {
    answers: Answers,
    world: Shared,
}

impl ApprovalHandler for Desk {
    fn decide(&mut self, request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError> {
        let mut world = self.world.lock().unwrap();
        let run = world.name(request.run_id());
        let step = request.step_name();
        world.requests.push(RequestTrace {
            workflow: request.workflow_name().to_owned(),
            step: step.to_owned(),
            run,
            message: request.message().map(str::to_owned),
            metadata: request.metadata().clone(),
            state_log: request.state::<Log>().map(|log| log.0.clone()).unwrap_or_default(),
        });
        let queue = self.answers.get_mut(step).filter(|queue| !queue.is_empty());
        match queue.map(|queue| queue.remove(0)) {
            Some(Answer::Bool(approved)) => Ok(approved.into()),
            Some(Answer::Decision(decision)) => Ok(answer(&decision)),
            Some(Answer::Error(error)) => {
                let message = error.message.unwrap_or_else(|| format!("{step} hit {}", error.err));
                Err(Fault::new(&error.err, message).into())
            }
            None => {
                let problem = format!("no answer is scripted for another asking at `{step}`");
                world.problems.push(problem.clone());
                Err(problem.into())
            }
        }
    }
}
