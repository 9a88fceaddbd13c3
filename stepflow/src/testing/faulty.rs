//! Failures on demand.

use std::fmt;
use std::marker::PhantomData;
use std::panic::resume_unwind;
use std::time::Duration;

use super::{StepName, When};
use crate::context::RunContext;
use crate::definition::DefinitionRef;
use crate::error::BoxError;
#[cfg(feature = "tokio")]
use crate::workflow::{Async, AsyncWorkflow};
use crate::workflow::{Blocking, BlockingWorkflow, Mode, StepOutcome, Workflow};

/// A workflow, some of whose attempts fail as the test says. Everything else is the workflow's own, its name
/// and retries included, and nobody who runs it can tell the difference.
///
/// Which attempt is meant is a number, a range, or a [`When`]. Of several faults for one attempt the first
/// one counts. A step that the workflow does not have is a mistake in the test, and panics at once.
///
/// ```
/// use stepflow::testing::Faulty;
/// use stepflow::{Run, StepStatus, workflow};
///
/// struct Order { state: Vec<&'static str> }
///
/// #[workflow(state = Vec<&'static str>, retry = 2)]
/// impl Order {
///     #[step]
///     fn reserve(&mut self) {
///         self.state.push("reserved");
///     }
///     #[step]
///     fn pay(&mut self) {
///         self.state.push("paid");
///     }
/// }
///
/// let order = Faulty::new(Order { state: vec![] })
///     .fail(Order::RESERVE, 1, || "no answer")
///     .panic(Order::PAY, 1, "out of paper");
/// let result = Run::new(order).run();
/// assert_eq!(result.state, ["reserved"]);
/// assert_eq!(result.steps()[0].attempts(), 2);
/// assert_eq!(result.steps()[1].status(), StepStatus::Failed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Faulty<W, M = <W as Workflow>::Mode> {
    workflow: W,
    faults: Vec<Fault>,
    mode: PhantomData<M>,
}

struct Fault {
    step: usize,
    when: When,
    kind: Kind,
}

enum Kind {
    Fail { error: MakeError, retry: bool, after_the_body: bool },
    Panic { message: String },
    TimeOut { limit: Duration },
}

type MakeError = Box<dyn Fn() -> BoxError + Send + Sync>;

impl Kind {
    fn fail<E: Into<BoxError>>(
        error: impl Fn() -> E + Send + Sync + 'static,
        retry: bool,
        after_the_body: bool,
    ) -> Self {
        Self::Fail { error: Box::new(move || error().into()), retry, after_the_body }
    }
}

impl<W: Workflow> Faulty<W> {
    /// Nothing fails yet.
    #[must_use]
    pub fn new(workflow: W) -> Self {
        Self { workflow, faults: Vec::new(), mode: PhantomData }
    }

    /// The attempt fails with this error instead of running the body, and the step's retries apply. Its
    /// `on` and `when` do not: they look at errors of the body. For an error that they would not retry,
    /// see [`fail_for_good`](Self::fail_for_good).
    ///
    /// # Panics
    ///
    /// When the workflow has no such step.
    #[must_use]
    #[track_caller]
    pub fn fail<E: Into<BoxError>>(
        self,
        step: impl Into<StepName>,
        when: impl Into<When>,
        error: impl Fn() -> E + Send + Sync + 'static,
    ) -> Self {
        self.fault(&step.into(), when.into(), Kind::fail(error, true, false))
    }

    /// The attempt fails with this error, and no retry is made.
    ///
    /// # Panics
    ///
    /// When the workflow has no such step.
    ///
    /// ```
    /// use stepflow::testing::Faulty;
    /// use stepflow::{Run, workflow};
    ///
    /// struct Order { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Order {
    ///     #[step(retry = 5)]
    ///     fn pay(&mut self) {}
    /// }
    ///
    /// let order = Faulty::new(Order { state: () }).fail_for_good(Order::PAY, 2.., || "card expired");
    /// let order = order.fail(Order::PAY, 1, || "no answer");
    /// assert_eq!(Run::new(order).run().steps()[0].attempts(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    #[track_caller]
    pub fn fail_for_good<E: Into<BoxError>>(
        self,
        step: impl Into<StepName>,
        when: impl Into<When>,
        error: impl Fn() -> E + Send + Sync + 'static,
    ) -> Self {
        self.fault(&step.into(), when.into(), Kind::fail(error, false, false))
    }

    /// The body runs, and what it returned is lost: the attempt fails with this error all the same. So it
    /// is when an answer never arrives, and it shows whether doing the step again does harm.
    ///
    /// # Panics
    ///
    /// When the workflow has no such step.
    ///
    /// ```
    /// use stepflow::testing::Faulty;
    /// use stepflow::{Run, RunContext, workflow};
    ///
    /// struct Order { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Order {
    ///     #[step(retry = 1)]
    ///     fn pay(&mut self, ctx: &mut RunContext<'_>) {
    ///         self.state.push(ctx.idempotency_key());
    ///     }
    /// }
    ///
    /// let order = Faulty::new(Order { state: vec![] }).fail_after_the_body(Order::PAY, 1, || "connection lost");
    /// let keys = Run::new(order).run().into_result()?.state;
    /// assert_eq!(keys.len(), 2);
    /// assert_eq!(keys[0], keys[1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    #[track_caller]
    pub fn fail_after_the_body<E: Into<BoxError>>(
        self,
        step: impl Into<StepName>,
        when: impl Into<When>,
        error: impl Fn() -> E + Send + Sync + 'static,
    ) -> Self {
        self.fault(&step.into(), when.into(), Kind::fail(error, true, true))
    }

    /// The attempt panics with this message instead of running the body. Nothing is printed.
    ///
    /// # Panics
    ///
    /// At once, when the workflow has no such step.
    #[must_use]
    #[track_caller]
    pub fn panic(self, step: impl Into<StepName>, when: impl Into<When>, message: impl Into<String>) -> Self {
        let message = message.into();
        self.fault(&step.into(), when.into(), Kind::Panic { message })
    }

    /// The attempt takes as long as it may, and is stopped. That time passes by the run's clock: give the
    /// run a [`ManualClock`](super::ManualClock).
    ///
    /// # Panics
    ///
    /// When the workflow has no such step, or the step has no `timeout`.
    #[must_use]
    #[track_caller]
    #[expect(
        clippy::panic,
        reason = "a test that times out a step without a timeout is wrong, and is told so"
    )]
    pub fn time_out(self, step: impl Into<StepName>, when: impl Into<When>) -> Self {
        let (step, definition) = (step.into(), self.workflow.definition());
        let Some(limit) = definition.steps[step.position(&definition)].timeout else {
            panic!("step `{step}` of workflow `{}` has no `timeout`, so it cannot time out", definition.name);
        };
        self.fault(&step, when.into(), Kind::TimeOut { limit })
    }

    #[track_caller]
    fn fault(mut self, step: &StepName, when: When, kind: Kind) -> Self {
        let step = step.position(&self.workflow.definition());
        self.faults.push(Fault { step, when, kind });
        self
    }
}

impl<W, M> Faulty<W, M> {
    fn kind(&self, step: usize, ctx: &RunContext<'_>) -> Option<&Kind> {
        let (visit, attempt) = (ctx.visit(), ctx.attempt());
        let fault = self.faults.iter().find(|fault| fault.step == step && fault.when.is_met(visit, attempt));
        fault.map(|fault| &fault.kind)
    }
}

impl<W: Workflow<Mode = M>, M: Mode> Workflow for Faulty<W, M> {
    type State = W::State;
    type Mode = M;

    fn definition(&self) -> DefinitionRef {
        self.workflow.definition()
    }

    fn state(&self) -> &Self::State {
        self.workflow.state()
    }

    fn into_state(self) -> Self::State {
        self.workflow.into_state()
    }
}

impl<W: BlockingWorkflow> BlockingWorkflow for Faulty<W, Blocking> {
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        match self.kind(step, ctx) {
            None => self.workflow.run_step(step, ctx),
            Some(Kind::Fail { error, retry, after_the_body }) => {
                let (outcome, after_the_body) = (failed(error, *retry), *after_the_body);
                if after_the_body {
                    drop(self.workflow.run_step(step, ctx));
                }
                outcome
            }
            Some(Kind::Panic { message }) => resume_unwind(Box::new(message.clone())),
            Some(Kind::TimeOut { limit }) => {
                ctx.around.time.sleeper.sleep(*limit);
                StepOutcome::timed_out(*limit)
            }
        }
    }
}

#[cfg(feature = "tokio")]
impl<W: AsyncWorkflow<Mode = Async>> AsyncWorkflow for Faulty<W, Async> {
    async fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        match self.kind(step, ctx) {
            None => self.workflow.run_step(step, ctx).await,
            Some(Kind::Fail { error, retry, after_the_body }) => {
                let (outcome, after_the_body) = (failed(error, *retry), *after_the_body);
                if after_the_body {
                    drop(self.workflow.run_step(step, ctx).await);
                }
                outcome
            }
            Some(Kind::Panic { message }) => resume_unwind(Box::new(message.clone())),
            // The driver stops it.
            Some(Kind::TimeOut { .. }) => std::future::pending().await,
        }
    }
}

fn failed(error: &MakeError, retry: bool) -> StepOutcome {
    let outcome = StepOutcome::failed(error());
    if retry { outcome } else { outcome.fatal() }
}

impl<W: fmt::Debug, M> fmt::Debug for Faulty<W, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faulty")
            .field("workflow", &self.workflow)
            .field("faults", &self.faults.len())
            .finish_non_exhaustive()
    }
}
