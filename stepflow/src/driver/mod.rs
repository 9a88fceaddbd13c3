//! The loops that carry out what the engine decides, and what both of them need.

#[cfg(feature = "tokio")]
pub(crate) mod asynchronous;
pub(crate) mod blocking;
#[cfg(feature = "tokio")]
pub(crate) mod race;

use std::any::Any;
#[cfg(feature = "tokio")]
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "tokio")]
use std::pin::Pin;

use serde_json::{Map, Value};
use tracing::{Level, Span, info_span, level_enabled, warn};

use crate::approval::{ApprovalDecision, ApprovalRequest, Approver};
use crate::cancel::CancelToken;
use crate::context::{Position, RunContext};
use crate::definition::{DefinitionRef, WorkflowDefinition};
use crate::engine::{Engine, Gates, Notice, Setup};
use crate::error::{ApprovalRequiredError, BoxError, EventKind, HookError, PanicError, StepError};
use crate::hook::{
    Observers, Scene, StepFinishedEvent, StepStartedEvent, WorkflowEvent, WorkflowFinishedEvent,
    WorkflowStartedEvent,
};
use crate::result::{ChildResult, RunRecord};
use crate::run_id::RunId;
use crate::time::{Moment, Sleeper, Stopwatch};
use crate::workflow::{Attempted, StepOutcome};

#[cfg(feature = "tokio")]
pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What a hook or a handler answers: at once, or after an `.await`.
pub(crate) enum Answer<T> {
    Now(Result<T, BoxError>),
    #[cfg(feature = "tokio")]
    Later(BoxFuture<Result<T, BoxError>>),
}

impl<T> Answer<T> {
    /// Calls somebody else's code; a panic there is a failure of theirs.
    pub(crate) fn of(call: impl FnOnce() -> Self) -> Self {
        catch_unwind(AssertUnwindSafe(call))
            .unwrap_or_else(|payload| Self::Now(Err(PanicError::from_payload(&*payload).into())))
    }

    /// The answer, for a driver that cannot wait for it.
    pub(crate) fn now(self) -> Result<T, BoxError> {
        match self {
            Self::Now(result) => result,
            #[cfg(feature = "tokio")]
            Self::Later(_) => Err("an async hook or handler cannot be awaited by a blocking child; \
                                   run the child with `run_async`"
                .into()),
        }
    }
}

/// What a run has around it, and what its children inherit.
pub(crate) struct Surroundings<'a> {
    pub(crate) observers: &'a mut (dyn Observers + 'a),
    pub(crate) approvals: Option<&'a mut (dyn Approver + 'a)>,
    pub(crate) gates: Gates,
    pub(crate) cancel: Option<&'a CancelToken>,
    /// Where the children of the body under way are counted.
    #[cfg(feature = "tokio")]
    pub(crate) children: Option<&'a race::UnderWay>,
    /// Who saves the run; its children are part of it, and not saved by themselves.
    #[cfg(feature = "tokio")]
    pub(crate) keeper: Option<&'a mut (dyn crate::journal::Keep + 'a)>,
    pub(crate) time: &'a Time<'a>,
}

/// How a run and all its children tell the time and wait.
pub(crate) struct Time<'a> {
    pub(crate) sleeper: &'a (dyn Sleeper + 'a),
    #[cfg(feature = "tokio")]
    pub(crate) timer: &'a (dyn crate::time::Timer + 'a),
    pub(crate) stopwatch: Stopwatch,
}

impl Time<'_> {
    #[inline]
    pub(crate) fn now(&self) -> Moment {
        self.stopwatch.now()
    }
}

impl Surroundings<'_> {
    pub(crate) fn reborrow(&mut self) -> Surroundings<'_> {
        Surroundings {
            observers: &mut *self.observers,
            approvals: match &mut self.approvals {
                Some(handler) => Some(&mut **handler),
                None => None,
            },
            gates: self.gates,
            cancel: self.cancel,
            #[cfg(feature = "tokio")]
            children: self.children,
            #[cfg(feature = "tokio")]
            keeper: None,
            time: self.time,
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(CancelToken::is_cancelled)
    }
}

/// How a run begins.
pub(crate) enum Start {
    New {
        run_id: RunId,
        at: Moment,
        seed: u64,
    },
    #[cfg(feature = "testing")]
    Restored {
        record: Box<RunRecord>,
        step: usize,
        at: Moment,
    },
    Resumed {
        paused: Box<(RunRecord, ApprovalDecision)>,
        at: Moment,
    },
}

impl Start {
    /// A run that begins now, with a new id unless it is given one.
    #[inline]
    pub(crate) fn new(run_id: Option<RunId>, at: Moment) -> Self {
        let random = chance();
        // An id takes 80 bits of it; the jitter of retries makes do with the rest.
        let seed = (random >> 80) as u64;
        Self::New { run_id: run_id.unwrap_or_else(|| RunId::new(at, random)), at, seed }
    }
}

/// Chance, for ids and jitter. None of it is a secret.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random numbers")]
#[inline]
pub(crate) fn chance() -> u128 {
    fastrand::u128(..)
}

#[inline]
fn engine(definition: &DefinitionRef, start: Start, around: &Surroundings<'_>) -> Engine {
    let observed = around.observers.len() > 0 || around.cancel.is_some();
    let setup = |at, seed| Setup { at, gates: around.gates, observed, seed };
    match start {
        Start::New { run_id, at, seed } => Engine::new(definition.clone(), run_id, setup(at, seed)),
        #[cfg(feature = "testing")]
        Start::Restored { record, step, at } => {
            Engine::restore(definition.clone(), *record, step, setup(at, chance() as u64))
        }
        Start::Resumed { paused, at } => {
            let (record, decision) = *paused;
            Engine::resume(definition.clone(), record, decision, setup(at, chance() as u64))
        }
    }
}

/// What spans and events are filtered by, whichever driver sends them.
const TARGET: &str = "stepflow";

// Building a span that nobody takes costs more than asking first.

fn run_span(definition: &WorkflowDefinition, engine: &Engine) -> Option<Span> {
    level_enabled!(Level::INFO).then(
        || info_span!(target: TARGET, "workflow", name = %definition.name, run_id = %engine.record().run_id),
    )
}

fn step_span(definition: &WorkflowDefinition, (step, visit): (usize, u32)) -> Option<Span> {
    let name = &definition.steps[step].name;
    level_enabled!(Level::INFO).then(|| info_span!(target: TARGET, "step", %name, visit))
}

fn attempt_span(n: u32) -> Option<Span> {
    level_enabled!(Level::INFO).then(|| info_span!(target: TARGET, "attempt", n))
}

/// Where in the run an attempt is.
fn position<'a>(
    definition: &'a WorkflowDefinition,
    engine: &'a Engine,
    (step, attempt): (usize, u32),
    key_root: Option<&'a str>,
) -> Position<'a> {
    Position {
        workflow_name: &definition.name,
        step_name: &definition.steps[step].name,
        run_id: &engine.record().run_id,
        attempt,
        visit: engine.visit(),
        key_root,
    }
}

fn context<'a>(
    position: &'a Position<'a>,
    around: &'a mut Surroundings<'_>,
    children: &'a mut Vec<ChildResult>,
) -> RunContext<'a> {
    RunContext { position, around: around.reborrow(), children }
}

/// What a body came to that panicked. The state stays as the panic left it, and is handed back with the
/// result: nobody goes on with it unawares.
#[cold]
fn panicked(payload: &(dyn Any + Send)) -> StepOutcome {
    let error = StepError::Panicked(PanicError::from_payload(payload));
    StepOutcome(Attempted::Failed { error, retry: false })
}

#[inline]
fn log(outcome: &StepOutcome) {
    match &outcome.0 {
        Attempted::Failed { error, .. } => warn!(target: TARGET, %error, "attempt failed"),
        Attempted::TimedOut { limit } => warn!(target: TARGET, ?limit, "attempt timed out"),
        Attempted::Routed { .. } | Attempted::Succeeded { .. } | Attempted::Unfinished => {}
    }
}

/// The event that a notice stands for.
fn event<'a>(
    notice: Notice,
    engine: &'a Engine,
    definition: &'a WorkflowDefinition,
    state: &'a dyn Any,
) -> WorkflowEvent<'a> {
    let record = engine.record();
    let scene = Scene { record, state };
    match notice.event {
        EventKind::StepFinished => {
            WorkflowEvent::StepFinished(StepFinishedEvent { scene, step: &record.steps[notice.step] })
        }
        EventKind::StepStarted => {
            let step_name = &definition.steps[notice.step].name;
            WorkflowEvent::StepStarted(StepStartedEvent { scene, step_name })
        }
        EventKind::WorkflowFinished => WorkflowEvent::WorkflowFinished(WorkflowFinishedEvent { scene }),
        EventKind::WorkflowStarted => WorkflowEvent::WorkflowStarted(WorkflowStartedEvent { scene }),
    }
}

fn hook_failed(notice: Notice, definition: &WorkflowDefinition, hook: usize, source: BoxError) -> HookError {
    let about_a_step = matches!(notice.event, EventKind::StepFinished | EventKind::StepStarted);
    let step_name = about_a_step.then(|| definition.steps[notice.step].name.to_string());
    HookError { event: notice.event, step_name, hook, source }
}

/// Puts the question of a gate to whoever answers it.
fn ask(
    definition: &WorkflowDefinition,
    step: usize,
    engine: &Engine,
    state: &dyn Any,
    around: &mut Surroundings<'_>,
) -> Result<Answer<ApprovalDecision>, StepError> {
    let step = &definition.steps[step];
    let Some(handler) = &mut around.approvals else {
        let step = step.name.to_string();
        return Err(StepError::ApprovalRequired(Box::new(ApprovalRequiredError::NoHandler { step })));
    };
    let gate = step.approval.as_ref();
    let metadata: Map<String, Value> = gate.map(|gate| gate.metadata_json()).unwrap_or_default();
    let request = ApprovalRequest {
        workflow_name: &definition.name,
        step_name: &step.name,
        run_id: &engine.record().run_id,
        message: gate.and_then(|gate| gate.message.as_deref()),
        metadata: &metadata,
        state,
    };
    Ok(Answer::of(|| handler.ask(&request)))
}
