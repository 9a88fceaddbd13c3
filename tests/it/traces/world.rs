//! What is around a replayed workflow: the scripts, the recorders, and what a body does when it is
//! called. Shared by the definitions loaded from the file and by those written with the macro.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow::{
    ApprovalDecision, ApprovalHandler, ApprovalRequest, AsyncWorkflow, BlockingWorkflow, BoxError, Child,
    ChildWorkflowError, ResumeError, Run, RunContext, RunId, Timer, Workflow, WorkflowEvent, WorkflowHook,
    WorkflowResult,
};
use tokio::task::yield_now;

use super::format::{
    Answer, Answers, ChildCall, DecisionSpec, Entry, EventName, EventTrace, HookSpec, RequestTrace, Scenario,
};
use super::observe;
use crate::drivers::{at_once, block_on};

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

/// By which driver a scenario is replayed, and with which kind of steps, hooks and handlers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    /// Blocking steps, by `run`.
    Blocking,
    /// The same steps, by `run_async`.
    Driven,
    /// Async steps, by `run`; hooks and handlers are async, too, and children run as futures.
    Awaiting,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Blocking, Self::Driven, Self::Awaiting];
}

/// What becomes of a child.
pub(crate) type Ending<'c> =
    Pin<Box<dyn Future<Output = Result<WorkflowResult<Log>, ChildWorkflowError>> + Send + 'c>>;

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

    fn child<'c>(&self, cue: Cue, ctx: &'c mut RunContext<'_>, call: &'c ChildCall) -> Ending<'c>;
}

/// The options of a call.
pub(crate) struct Setup {
    pub(crate) hooks: Vec<HookSpec>,
    pub(crate) answers: Option<Answers>,
    pub(crate) pausing: Option<bool>,
    pub(crate) way: Way,
    pub(crate) world: Shared,
}

/// A [`Stage::run`] for one type of workflow with blocking steps.
pub(crate) fn start<W>(workflow: W, setup: &Setup) -> WorkflowResult<Log>
where
    W: BlockingWorkflow<State = Log> + Send,
{
    finish(equip(Run::new(workflow), setup), setup)
}

/// A [`Stage::resume`] for one type of workflow with blocking steps.
pub(crate) fn go_on<W>(
    paused: WorkflowResult<Log>,
    factory: impl FnOnce(Log) -> W,
    decision: &DecisionSpec,
    setup: &Setup,
) -> Result<WorkflowResult<Log>, ResumeError<Log>>
where
    W: BlockingWorkflow<State = Log> + Send,
{
    Ok(finish(equip(paused.resume(factory, answer(decision))?, setup), setup))
}

fn finish<W>(run: Run<'static, W>, setup: &Setup) -> WorkflowResult<Log>
where
    W: BlockingWorkflow<State = Log> + Send,
{
    match setup.way {
        Way::Blocking => run.run(),
        Way::Driven => block_on(run.run_async()),
        Way::Awaiting => panic!("blocking steps do not await"),
    }
}

/// A [`Stage::run`] for one type of workflow with async steps.
pub(crate) fn start_awaiting<W>(workflow: W, setup: &Setup) -> WorkflowResult<Log>
where
    W: AsyncWorkflow<State = Log>,
{
    block_on(equip(Run::new(workflow), setup).run_async())
}

/// A [`Stage::resume`] for one type of workflow with async steps.
pub(crate) fn go_on_awaiting<W>(
    paused: WorkflowResult<Log>,
    factory: impl FnOnce(Log) -> W,
    decision: &DecisionSpec,
    setup: &Setup,
) -> Result<WorkflowResult<Log>, ResumeError<Log>>
where
    W: AsyncWorkflow<State = Log>,
{
    Ok(block_on(equip(paused.resume(factory, answer(decision))?, setup).run_async()))
}

/// A [`Stage::child`] for one type of workflow with blocking steps.
pub(crate) fn bear<'c, W>(
    workflow: W,
    ctx: &'c mut RunContext<'_>,
    call: &ChildCall,
    world: &Shared,
) -> Ending<'c>
where
    W: BlockingWorkflow<State = Log> + 'c,
{
    Box::pin(std::future::ready(raise(ctx.child(workflow), call, world).run()))
}

/// A [`Stage::child`] for one type of workflow with async steps.
pub(crate) fn bear_awaiting<'c, W>(
    workflow: W,
    ctx: &'c mut RunContext<'_>,
    call: &ChildCall,
    world: &Shared,
) -> Ending<'c>
where
    W: AsyncWorkflow<State = Log> + 'c,
{
    Box::pin(raise(ctx.child(workflow), call, world).run_async())
}

fn raise<'c, W: Workflow>(mut child: Child<'c, W>, call: &ChildCall, world: &Shared) -> Child<'c, W> {
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
    if call.fail_parent { child } else { child.keep_parent_running() }
}

fn equip<W: Workflow>(mut run: Run<'static, W>, setup: &Setup) -> Run<'static, W> {
    for spec in &setup.hooks {
        let recorder = Recorder { spec: spec.clone(), world: Arc::clone(&setup.world) };
        run = match setup.way {
            Way::Awaiting => run.on_event_async(move |event| {
                // What is borrowed is read at once; the rest happens when somebody waits for it.
                let seen = recorder.see(event);
                let recorder = recorder.clone();
                async move {
                    yield_now().await;
                    recorder.tell(seen)
                }
            }),
            _ => run.hook(recorder),
        };
    }
    if let Some(answers) = &setup.answers {
        let mut desk = Desk { answers: answers.clone(), world: Arc::clone(&setup.world) };
        run = match setup.way {
            Way::Awaiting => run.on_approval_async(move |request| {
                let decision = desk.decide(request);
                async move {
                    yield_now().await;
                    decision
                }
            }),
            _ => run.approval_handler(desk),
        };
    }
    run = match setup.pausing {
        None => run,
        Some(true) => run.pause_on_approval(),
        Some(false) => run.never_pause(),
    };
    let world = Arc::clone(&setup.world);
    run.timer(NoTimer(Arc::clone(&world)))
        .sleep_with(move |wait| world.lock().unwrap().sleeps.push(wait.as_secs_f64()))
}

/// Writes down how long it was to wait.
struct NoTimer(Shared);

impl Timer for NoTimer {
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let world = Arc::clone(&self.0);
        Box::pin(async move {
            yield_now().await;
            world.lock().unwrap().sleeps.push(wait.as_secs_f64());
        })
    }
}

fn answer(spec: &DecisionSpec) -> ApprovalDecision {
    ApprovalDecision { reason: spec.reason.clone(), metadata: spec.metadata.clone(), ..spec.approved.into() }
}

/// What a body does when it is called: whatever the scenario's scripts say.
#[derive(Clone)]
pub(crate) struct Cue {
    pub(crate) key: String,
    pub(crate) way: Way,
    pub(crate) world: Shared,
    pub(crate) stage: Arc<dyn Stage>,
}

impl Cue {
    /// The body of a step that takes no context.
    pub(crate) fn play(&self, log: &mut Log, step: &str) -> Result<Value, Fault> {
        at_once(self.play_later(log, step))
    }

    /// The body of a step that takes the context.
    pub(crate) fn play_with(&self, log: &mut Log, ctx: &mut RunContext<'_>) -> Result<Value, BoxError> {
        at_once(self.play_with_later(log, ctx))
    }

    /// The body of an async step that takes no context.
    pub(crate) async fn play_later(&self, log: &mut Log, step: &str) -> Result<Value, Fault> {
        self.perform(log, step, None).await.map_err(|error| match error.downcast() {
            Ok(fault) => *fault,
            Err(error) => Fault::new("unscripted", error.to_string()),
        })
    }

    /// The body of an async step that takes the context.
    pub(crate) async fn play_with_later(
        &self,
        log: &mut Log,
        ctx: &mut RunContext<'_>,
    ) -> Result<Value, BoxError> {
        self.perform(log, ctx.step_name(), Some(ctx)).await
    }

    async fn perform(
        &self,
        log: &mut Log,
        step: &str,
        mut ctx: Option<&mut RunContext<'_>>,
    ) -> Result<Value, BoxError> {
        self.give_way().await;
        let (nth, entry) = self.next_entry(step);
        let Entry { ok, err, message, context, children } = entry;
        self.note(log, format!("{step}#{nth}"));
        for child in &children {
            let ctx = ctx.as_deref_mut().ok_or("a child in a step without context")?;
            let ended = self.child(child, ctx).await?;
            self.give_way().await;
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

    async fn give_way(&self) {
        if self.way == Way::Awaiting {
            yield_now().await;
        }
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

    async fn child(&self, call: &ChildCall, ctx: &mut RunContext<'_>) -> Result<String, BoxError> {
        self.world.lock().unwrap().children.push(Vec::new());
        let cue = Self { key: call.workflow.clone(), ..self.clone() };
        let ended = self.stage.child(cue, ctx, call).await;
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
#[derive(Clone)]
struct Recorder {
    spec: HookSpec,
    world: Shared,
}

impl Recorder {
    fn see(&self, event: &WorkflowEvent<'_>) -> EventTrace {
        let run = self.world.lock().unwrap().name(event.run_id());
        observe::event(&self.spec.label, run, event)
    }

    fn tell(&self, seen: EventTrace) -> Result<(), BoxError> {
        let (name, step) = (seen.event, seen.step.clone());
        self.world.lock().unwrap().events.push(seen);
        if self.spec.fails(name, step.as_deref()) {
            let message = format!("hook {} failed on {}", self.spec.label, EventName::text(name));
            return Err(Fault::new("sink_closed", message).into());
        }
        Ok(())
    }
}

impl WorkflowHook for Recorder {
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
        self.tell(self.see(event))
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
