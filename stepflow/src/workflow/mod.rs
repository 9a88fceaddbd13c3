//! The traits that a workflow implements: by the macro, or by hand.

mod outcome;

#[cfg(feature = "tokio")]
use std::future::Future;

pub(crate) use self::outcome::Attempted;
pub use self::outcome::{StepFailure, StepOutcome, TextRouted};
use crate::context::RunContext;
use crate::definition::{DefinitionRef, WorkflowDefinition};

/// A workflow: a definition and a typed state.
///
/// `#[workflow]` implements it; so can anyone (`examples/hello_by_hand.rs`). A [`BlockingWorkflow`]
/// says besides what its steps do.
///
/// ```
/// use std::sync::Arc;
/// use stepflow::{
///     Blocking, BlockingWorkflow, DefinitionRef, Run, RunContext, StepOutcome, Workflow, WorkflowDefinition,
/// };
///
/// /// Runs whatever steps it was loaded with, and notes their names.
/// struct Scripted { definition: Arc<WorkflowDefinition>, state: Vec<String> }
///
/// impl Workflow for Scripted {
///     type State = Vec<String>;
///     type Mode = Blocking;
///
///     fn definition(&self) -> DefinitionRef {
///         self.definition.clone().into()
///     }
///     fn state(&self) -> &Vec<String> {
///         &self.state
///     }
///     fn into_state(self) -> Vec<String> {
///         self.state
///     }
/// }
///
/// impl BlockingWorkflow for Scripted {
///     fn run_step(&mut self, _step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
///         self.state.push(ctx.step_name().to_owned());
///         StepOutcome::succeeded(())
///     }
/// }
///
/// let definition: WorkflowDefinition =
///     serde_json::from_str(r#"{"name": "loaded", "steps": [{"name": "weigh"}, {"name": "label"}]}"#)?;
/// let result = Run::new(Scripted { definition: Arc::new(definition), state: vec![] }).run();
/// assert_eq!(result.state, ["weigh", "label"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a workflow",
    label = "not a workflow",
    note = "annotate an `impl {Self}` block with `#[workflow(state = …)]`, or implement `stepflow::Workflow` by hand"
)]
pub trait Workflow {
    /// What the steps share and the run gives back. Hooks and approval handlers can look at it.
    type State: 'static;
    /// How the steps run: [`Blocking`].
    type Mode: Mode;

    /// The steps, routes and gates. Asked once a run.
    fn definition(&self) -> DefinitionRef;

    /// The state as it is now.
    fn state(&self) -> &Self::State;

    /// The state, at the end.
    fn into_state(self) -> Self::State
    where
        Self: Sized;
}

/// A workflow whose definition is known at compile time: what the macro makes.
///
/// ```
/// use stepflow::{StaticWorkflow, workflow};
///
/// struct Scale { state: () }
///
/// #[workflow(state = ())]
/// impl Scale {
///     #[step]
///     fn weigh(&mut self) {}
/// }
///
/// assert_eq!(Scale::DEFINITION.steps[0].name, "weigh");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait StaticWorkflow: Workflow {
    /// The definition.
    const DEFINITION: &'static WorkflowDefinition;
}

/// A workflow whose steps run on the calling thread.
///
/// ```
/// use stepflow::{BlockingWorkflow, Run, RunContext, StepOutcome};
/// # use stepflow::{Blocking, DefinitionRef, StepDefinition, Workflow, WorkflowDefinition};
/// # const STEPS: &[StepDefinition] = &[StepDefinition::new("tare"), StepDefinition::new("weigh")];
/// # static WEIGHING: WorkflowDefinition = WorkflowDefinition::new("weighing", STEPS);
///
/// struct Weighing { state: f64 }
///
/// // … and `impl Workflow for Weighing`, with a definition of two steps.
/// # impl Workflow for Weighing {
/// #     type State = f64;
/// #     type Mode = Blocking;
/// #     fn definition(&self) -> DefinitionRef { DefinitionRef::Static(&WEIGHING) }
/// #     fn state(&self) -> &f64 { &self.state }
/// #     fn into_state(self) -> f64 { self.state }
/// # }
/// impl BlockingWorkflow for Weighing {
///     fn run_step(&mut self, step: usize, _ctx: &mut RunContext<'_>) -> StepOutcome {
///         match step {
///             0 => StepOutcome::succeeded(self.state -= 0.5),
///             1 => StepOutcome::from_result(if self.state > 0.0 { Ok(self.state) } else { Err("it floats") }),
///             other => StepOutcome::unknown_step(other),
///         }
///     }
/// }
///
/// assert_eq!(Run::new(Weighing { state: 4.5 }).run().into_result()?.state, 4.0);
/// assert!(Run::new(Weighing { state: 0.0 }).run().is_failed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait BlockingWorkflow: Workflow<Mode = Blocking> {
    /// Runs the body of the step at this position of the definition, once.
    ///
    /// It is called again for a retry. A panic is contained by the caller.
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome;
}

/// A workflow whose steps may `.await`.
///
/// Every [`BlockingWorkflow`] that can cross threads is one too: its steps run to their end without
/// giving way.
///
/// ```
/// use std::time::Duration;
/// use stepflow::{AsyncWorkflow, Run, RunContext, StepOutcome};
/// # use stepflow::{Async, DefinitionRef, StepDefinition, Workflow, WorkflowDefinition};
/// # const STEPS: &[StepDefinition] = &[StepDefinition::new("settle"), StepDefinition::new("weigh")];
/// # static WEIGHING: WorkflowDefinition = WorkflowDefinition::new("weighing", STEPS);
///
/// struct Weighing { state: f64 }
///
/// // … and `impl Workflow for Weighing`, with `type Mode = Async` and a definition of two steps.
/// # impl Workflow for Weighing {
/// #     type State = f64;
/// #     type Mode = Async;
/// #     fn definition(&self) -> DefinitionRef { DefinitionRef::Static(&WEIGHING) }
/// #     fn state(&self) -> &f64 { &self.state }
/// #     fn into_state(self) -> f64 { self.state }
/// # }
/// impl AsyncWorkflow for Weighing {
///     async fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
///         match step {
///             0 => StepOutcome::succeeded(ctx.sleep(Duration::from_millis(1)).await),
///             1 => StepOutcome::succeeded(self.state),
///             other => StepOutcome::unknown_step(other),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let result = Run::new(Weighing { state: 4.5 }).run().await.into_result()?;
/// assert_eq!(result.path().len(), 2);
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "tokio")]
pub trait AsyncWorkflow: Workflow + Send {
    /// Runs the body of the step at this position of the definition, once.
    ///
    /// It is called again for a retry. A panic is contained by the caller. Dropped, it must stop.
    fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>)
    -> impl Future<Output = StepOutcome> + Send;
}

#[cfg(feature = "tokio")]
impl<W: BlockingWorkflow + Send> AsyncWorkflow for W {
    async fn run_step(&mut self, step: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        BlockingWorkflow::run_step(self, step, ctx)
    }
}

/// How a workflow's steps run. Sealed: the modes are the drivers that exist.
///
/// ```
/// use stepflow::{Blocking, Mode, Workflow, workflow};
///
/// # struct Parcel { state: () }
/// # #[workflow(state = ())] impl Parcel { #[step] fn weigh(&mut self) {} }
/// fn check<M: Mode>(_: &impl Workflow<Mode = M>) {}
///
/// // A workflow without an async step is blocking.
/// check::<Blocking>(&Parcel { state: () });
/// ```
pub trait Mode: sealed::Sealed {}

/// Steps are plain functions; [`Run::run`](crate::Run::run) returns the result.
///
/// ```
/// use stepflow::{Blocking, BlockingWorkflow, Run, WorkflowStatus, workflow};
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) {} }
///
/// /// Runs anything whose steps block.
/// fn status<W: BlockingWorkflow<Mode = Blocking>>(workflow: W) -> WorkflowStatus {
///     Run::new(workflow).run().status()
/// }
/// assert_eq!(status(Parcel { state: 0 }), WorkflowStatus::Succeeded);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocking;

impl Mode for Blocking {}

/// Steps may `.await`; [`Run::run`](crate::Run::run) is a future of the result.
///
/// ```
/// use stepflow::{Async, AsyncWorkflow, Run, WorkflowStatus, workflow};
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] async fn weigh(&mut self) {} }
///
/// /// Runs anything that has an async step.
/// async fn status<W: AsyncWorkflow<Mode = Async>>(workflow: W) -> WorkflowStatus {
///     Run::new(workflow).run().await.status()
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(status(Parcel { state: 0 }).await, WorkflowStatus::Succeeded);
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "tokio")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Async;

#[cfg(feature = "tokio")]
impl Mode for Async {}

mod sealed {
    #[expect(unnameable_types, reason = "that is the point of a sealed trait")]
    pub trait Sealed {}

    #[cfg(feature = "tokio")]
    impl Sealed for super::Async {}
    impl Sealed for super::Blocking {}
}
