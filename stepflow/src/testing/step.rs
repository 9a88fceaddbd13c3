//! One step by itself.

use std::fmt;
use std::ops::Deref;

use super::{ManualClock, StepName};
use crate::approval::ApprovalDecision;
use crate::cancel::CancelToken;
use crate::hook::WorkflowEvent;
use crate::result::{OutputError, Record, RunRecord, StepHandle, StepResult, WorkflowResult};
use crate::run::Run;
use crate::run_id::RunId;
use crate::time::Clock;
#[cfg(feature = "tokio")]
use crate::workflow::AsyncWorkflow;
use crate::workflow::{BlockingWorkflow, Workflow};

/// Runs one step, as it would run when the workflow came to it: with a context, with its retries, and under
/// a [`ManualClock`]. Its gate, if it has one, is answered with yes. The steps around it do not run.
///
/// The run's id is `alone`, so the idempotency key of a step `pay` is `alone/pay/1`.
///
/// # Panics
///
/// When the workflow has no such step.
///
/// ```
/// use stepflow::testing::run_step;
/// use stepflow::{RunContext, workflow};
///
/// struct Refund { state: f64 }
///
/// #[workflow(state = f64)]
/// impl Refund {
///     #[step(routes = { true => pay, false => END })]
///     fn decide(&mut self) -> bool {
///         self.state <= 100.0
///     }
///     #[step(approval)]
///     fn pay(&mut self, ctx: &mut RunContext<'_>) -> String {
///         self.state = 0.0;
///         ctx.idempotency_key()
///     }
/// }
///
/// let decide = run_step(Refund { state: 80.0 }, Refund::DECIDE);
/// assert_eq!(decide.next_step(), Some("pay"));
/// assert_eq!(decide.state, 80.0);
///
/// let pay = run_step(Refund { state: 80.0 }, Refund::PAY);
/// assert_eq!(pay.output(Refund::PAY)?, "alone/pay/1");
/// assert_eq!(pay.state, 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[track_caller]
pub fn run_step<W: BlockingWorkflow>(workflow: W, step: impl Into<StepName>) -> StepRun<W::State> {
    let (run, step) = prepare(workflow, &step.into());
    StepRun::new(run.run(), step)
}

/// [`run_step`] by the async driver, for any workflow.
///
/// # Panics
///
/// When the workflow has no such step, or when the step waits or has a timeout and the runtime is not one
/// that a [`ManualClock`] can do with.
#[cfg(feature = "tokio")]
pub async fn run_step_async<W: AsyncWorkflow>(workflow: W, step: impl Into<StepName>) -> StepRun<W::State> {
    let (run, step) = prepare(workflow, &step.into());
    StepRun::new(run.run_async().await, step)
}

/// A run that starts at the step, and is stopped when the step has finished.
#[track_caller]
fn prepare<W: Workflow>(workflow: W, step: &StepName) -> (Run<'static, W>, usize) {
    let definition = workflow.definition();
    let step = step.position(&definition);
    let (clock, token) = (ManualClock::new(), CancelToken::new());
    let id = "alone".parse().unwrap_or_else(|_| RunId::new(clock.now().into(), 0));
    let record = RunRecord::blank(definition.name.to_string().into(), id.clone(), clock.now().into());
    let run = Run::restored(workflow, record, step)
        .manual_clock(&clock)
        .on_approval(|_| ApprovalDecision::approve())
        .cancel_on(token.clone())
        .on_event(move |event| {
            // Children have ids of their own.
            if matches!(event, WorkflowEvent::StepFinished(_)) && *event.run_id() == id {
                token.cancel();
            }
        });
    (run, step)
}

/// What [`run_step`] gives: the state beside the step's [`StepResult`], whose methods can be called on it
/// directly.
pub struct StepRun<S> {
    /// The state as the step left it.
    pub state: S,
    record: Record,
    step: usize,
}

impl<S> StepRun<S> {
    fn new(result: WorkflowResult<S>, step: usize) -> Self {
        let WorkflowResult { state, record } = result;
        Self { state, record, step }
    }

    /// What happened at the step.
    #[must_use]
    pub fn step(&self) -> &StepResult {
        &self.record.steps[self.step]
    }

    /// What the step returned, as its own type.
    ///
    /// # Errors
    ///
    /// When it failed, or when the handle is another step's.
    pub fn output<T: Send + Sync + 'static>(&self, handle: StepHandle<T>) -> Result<&T, OutputError> {
        self.record.output(handle)
    }
}

impl<S> Deref for StepRun<S> {
    type Target = StepResult;

    fn deref(&self) -> &StepResult {
        self.step()
    }
}

impl<S: fmt::Debug> fmt::Debug for StepRun<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepRun").field("state", &self.state).field("step", self.step()).finish()
    }
}
