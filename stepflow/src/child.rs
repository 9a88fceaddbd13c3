//! A workflow that runs inside a step of another.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::approval::{ApprovalHandler, ApprovalRequest, Approvals, IntoDecision, OnApproval};
use crate::context::RunContext;
use crate::driver::{Start, Surroundings, blocking};
#[cfg(feature = "tokio")]
use crate::driver::{
    asynchronous,
    race::{UnderWay, stopped_with_children},
};
use crate::engine::Gates;
use crate::error::ChildWorkflowError;
use crate::hook::{Hook, Hooks, IntoHookOutcome, OnEvent, WorkflowEvent, WorkflowHook};
use crate::result::{ChildResult, RunRecord, WorkflowResult};
#[cfg(feature = "tokio")]
use crate::workflow::{Async, AsyncWorkflow};
use crate::workflow::{Blocking, BlockingWorkflow, Mode, Workflow};

/// A child workflow about to run, made by [`RunContext::child`].
///
/// It inherits the parent's hooks and approval handler until it is given its own. It has a run id of
/// its own, and its clock is the parent's. A gate in it cannot pause the parent.
///
/// ```
/// use stepflow::{RunContext, workflow};
///
/// struct Check { state: () }
///
/// #[workflow(state = ())]
/// impl Check {
///     #[step]
///     fn ping(&mut self) -> Result<(), String> {
///         Err("no answer".to_owned())
///     }
/// }
///
/// struct Ship { state: bool }
///
/// #[workflow(state = bool)]
/// impl Ship {
///     #[step]
///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), stepflow::ChildWorkflowError> {
///         let check = ctx.child(Check { state: () }).no_hooks().keep_parent_running().run()?;
///         self.state = check.is_succeeded();
///         Ok(())
///     }
/// }
///
/// let result = Ship { state: true }.run().into_result()?;
/// assert!(!result.state);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a child does nothing until it is `run`"]
pub struct Child<'c, W: Workflow, M = <W as Workflow>::Mode> {
    workflow: W,
    parent: Surroundings<'c>,
    parent_step: &'c str,
    key_root: String,
    attached: &'c mut Vec<ChildResult>,
    hooks: Option<Hooks<'c>>,
    approvals: Option<Approvals<'c>>,
    keep_parent_running: bool,
    mode: PhantomData<fn() -> M>,
}

impl<'c, W: Workflow> Child<'c, W> {
    pub(crate) fn new(context: &'c mut RunContext<'_>, workflow: W) -> Self {
        let key_root = format!("{}/{}", context.idempotency_key(), context.children.len() + 1);
        Self {
            workflow,
            parent_step: context.position.step_name,
            parent: context.around.reborrow(),
            key_root,
            attached: context.children,
            hooks: None,
            approvals: None,
            keep_parent_running: false,
            mode: PhantomData,
        }
    }

    /// Adds a hook. The first one replaces the parent's hooks (reference item 109).
    ///
    /// ```
    /// # use stepflow::{BoxError, ChildWorkflowError, RunContext, WorkflowEvent, WorkflowHook, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step] fn ping(&mut self) {} }
    /// struct Journal<'a>(&'a mut Vec<String>);
    ///
    /// impl WorkflowHook for Journal<'_> {
    ///     fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
    ///         self.0.extend(event.step_name().map(str::to_owned));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         ctx.child(Check { state: () }).hook(Journal(&mut self.state)).run()?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// assert_eq!(Ship { state: vec![] }.run().state, ["ping", "ping"]);
    /// ```
    pub fn hook(mut self, hook: impl WorkflowHook + 'c) -> Self {
        self.hooks.get_or_insert_default().push(Hook::Blocking(Box::new(hook)));
        self
    }

    /// Adds a closure as a hook; it returns `()` or a `Result` of it.
    ///
    /// ```
    /// # use stepflow::{ChildWorkflowError, RunContext, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step] fn ping(&mut self) {} }
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         let journal = &mut self.state;
    ///         ctx.child(Check { state: () }).on_event(|event| journal.push(event.kind().to_string())).run()?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let journal = Ship { state: vec![] }.run().state;
    /// assert_eq!(journal, ["WorkflowStarted", "StepStarted", "StepFinished", "WorkflowFinished"]);
    /// ```
    pub fn on_event<R: IntoHookOutcome + 'c>(
        self,
        hook: impl FnMut(&WorkflowEvent<'_>) -> R + Send + 'c,
    ) -> Self {
        self.hook(OnEvent(hook))
    }

    /// Replaces the parent's hooks by these.
    ///
    /// ```
    /// # use stepflow::{BoxError, ChildWorkflowError, RunContext, WorkflowEvent, WorkflowHook, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step] fn ping(&mut self) {} }
    /// struct Refuse;
    ///
    /// impl WorkflowHook for Refuse {
    ///     fn on_event(&mut self, _event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
    ///         Err("not today".into())
    ///     }
    /// }
    ///
    /// /// The hooks of this deployment.
    /// fn hooks() -> Vec<Box<dyn WorkflowHook>> {
    ///     vec![Box::new(Refuse)]
    /// }
    ///
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         ctx.child(Check { state: () }).hooks(hooks()).run()?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// assert!(Ship { state: vec![] }.run().is_failed());
    /// ```
    pub fn hooks(mut self, hooks: impl IntoIterator<Item = Box<dyn WorkflowHook + 'c>>) -> Self {
        let own = self.hooks.get_or_insert_default();
        hooks.into_iter().for_each(|hook| own.push(Hook::Blocking(hook)));
        self
    }

    /// Runs without hooks, whatever the parent has.
    ///
    /// ```
    /// # use stepflow::{ChildWorkflowError, Run, RunContext, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step] fn ping(&mut self) {} }
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         ctx.child(Check { state: () }).no_hooks().run()?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let mut workflows = vec![];
    /// let ship = Run::new(Ship { state: vec![] });
    /// ship.on_event(|event| workflows.push(event.workflow_name().to_owned())).run().into_result()?;
    /// assert!(!workflows.contains(&"Check".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn no_hooks(mut self) -> Self {
        self.hooks = Some(Hooks::default());
        self
    }

    /// Replaces the parent's approval handler.
    ///
    /// ```
    /// # use stepflow::{ApprovalDecision, ApprovalHandler, ApprovalRequest, BoxError, ChildWorkflowError, RunContext, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step(approval = "Is it packed?")] fn ask(&mut self) {} }
    /// struct Packers;
    ///
    /// impl ApprovalHandler for Packers {
    ///     fn decide(&mut self, _request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError> {
    ///         Ok(ApprovalDecision::approve().by("the packers"))
    ///     }
    /// }
    ///
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         ctx.child(Check { state: () }).approval_handler(Packers).run()?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// assert!(Ship { state: vec![] }.run().is_succeeded());
    /// ```
    pub fn approval_handler(mut self, handler: impl ApprovalHandler + 'c) -> Self {
        self.approvals = Some(Approvals::Blocking(Box::new(handler)));
        self
    }

    /// Replaces the parent's approval handler by a closure; it returns a `bool`, an
    /// [`ApprovalDecision`](crate::ApprovalDecision) or a `Result` of either.
    ///
    /// ```
    /// # use stepflow::{ChildWorkflowError, RunContext, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step(approval = "Is it packed?")] fn ask(&mut self) {} }
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         let questions = &mut self.state;
    ///         let check = ctx.child(Check { state: () }).on_approval(|request| {
    ///             questions.extend(request.message().map(str::to_owned));
    ///             true
    ///         });
    ///         check.run()?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// assert_eq!(Ship { state: vec![] }.run().state, ["Is it packed?"]);
    /// ```
    pub fn on_approval<D: IntoDecision + 'c>(
        self,
        handler: impl FnMut(&ApprovalRequest<'_>) -> D + Send + 'c,
    ) -> Self {
        self.approval_handler(OnApproval(handler))
    }

    /// Adds an async closure as a hook, for a child by the async driver; see
    /// [`Run::on_event_async`](crate::Run::on_event_async).
    #[cfg(feature = "tokio")]
    pub fn on_event_async<F, R>(mut self, hook: impl FnMut(&WorkflowEvent<'_>) -> F + Send + 'c) -> Self
    where
        F: Future<Output = R> + Send + 'static,
        R: IntoHookOutcome,
    {
        self.hooks.get_or_insert_default().push(Hook::awaited(hook));
        self
    }

    /// Replaces the parent's approval handler by an async closure, for a child by the async driver; see
    /// [`Run::on_approval_async`](crate::Run::on_approval_async).
    #[cfg(feature = "tokio")]
    pub fn on_approval_async<F, D>(
        mut self,
        handler: impl FnMut(&ApprovalRequest<'_>) -> F + Send + 'c,
    ) -> Self
    where
        F: Future<Output = D> + Send + 'static,
        D: IntoDecision,
    {
        self.approvals = Some(Approvals::awaited(handler));
        self
    }

    /// Gives the result of a failed child instead of an error (reference item 106).
    ///
    /// ```
    /// # use stepflow::{ChildWorkflowError, RunContext, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())]
    /// # impl Check { #[step] fn ping(&mut self) -> Result<(), String> { Err("no answer".to_owned()) } }
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         let check = ctx.child(Check { state: () }).keep_parent_running().run()?;
    ///         self.state.extend(check.error().map(ToString::to_string));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let result = Ship { state: vec![] }.run().into_result()?;
    /// assert_eq!(result.state, ["no answer"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn keep_parent_running(mut self) -> Self {
        self.keep_parent_running = true;
        self
    }
}

impl<W: Workflow, M> Child<'_, W, M> {
    /// Everything the driver needs: the child's own settings over its parent's.
    fn prepare(&mut self) -> Prepared<'_, W> {
        let start = Start::new(None, self.parent.time.now());
        let mut around = self.parent.reborrow();
        around.gates = around.gates.of_child();
        if let Some(handler) = &mut self.approvals {
            around.approvals = Some(handler);
            around.gates = Gates::Ask;
        }
        if let Some(hooks) = &mut self.hooks {
            around.observers = hooks;
        }
        Prepared { workflow: &mut self.workflow, start, around, key_root: &self.key_root }
    }

    /// Attaches the record to the parent's step.
    fn attach(&mut self, record: RunRecord) -> Arc<RunRecord> {
        let record = Arc::new(record);
        // The engine says which attempt it was; it knows.
        self.attached.push(ChildResult { attempt: 0, record: Arc::clone(&record) });
        record
    }

    fn outcome(self, record: Arc<RunRecord>) -> Result<WorkflowResult<W::State>, ChildWorkflowError> {
        if record.status().is_failure() && !self.keep_parent_running {
            return Err(ChildWorkflowError { parent_step: self.parent_step.to_owned(), record });
        }
        Ok(WorkflowResult::shared(self.workflow.into_state(), record))
    }
}

struct Prepared<'a, W> {
    workflow: &'a mut W,
    start: Start,
    around: Surroundings<'a>,
    key_root: &'a str,
}

impl<W: BlockingWorkflow> Child<'_, W, Blocking> {
    /// Runs the child to its end.
    ///
    /// # Errors
    ///
    /// When it did not succeed, unless [`keep_parent_running`](Self::keep_parent_running) was said.
    ///
    /// ```
    /// # use stepflow::{ChildWorkflowError, RunContext, workflow};
    /// # struct Check { state: () }
    /// # #[workflow(state = ())]
    /// # impl Check { #[step] fn ping(&mut self) -> Result<(), String> { Err("no answer".to_owned()) } }
    /// struct Ship { state: Vec<String> }
    ///
    /// #[workflow(state = Vec<String>)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         ctx.child(Check { state: () }).no_hooks().run()?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let result = Ship { state: vec![] }.run();
    /// let error = result.steps()[0].error().ok_or("the child fails")?;
    /// assert_eq!(error.to_string(), "child workflow `Check` failed while step `check` was running it");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(mut self) -> Result<WorkflowResult<W::State>, ChildWorkflowError> {
        let Prepared { workflow, start, mut around, key_root } = self.prepare();
        let definition = workflow.definition();
        let record = blocking::drive(workflow, &definition, start, &mut around, Some(key_root));
        let record = self.attach(record);
        self.outcome(record)
    }
}

#[cfg(feature = "tokio")]
impl<W: AsyncWorkflow> Child<'_, W, Async> {
    /// Runs the child to its end.
    ///
    /// # Errors
    ///
    /// When it did not succeed, unless [`keep_parent_running`](Self::keep_parent_running) was said.
    ///
    /// ```
    /// use stepflow::{ChildWorkflowError, RunContext, workflow};
    ///
    /// # struct Check { state: u32 }
    /// # #[workflow(state = u32)] impl Check { #[step] async fn ping(&mut self) { self.state = 200; } }
    /// struct Ship { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Ship {
    ///     #[step]
    ///     async fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         self.state = ctx.child(Check { state: 0 }).no_hooks().run().await?.state;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert_eq!(Ship { state: 0 }.run().await.into_result()?.state, 200);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run(self) -> Result<WorkflowResult<W::State>, ChildWorkflowError> {
        self.run_async().await
    }
}

#[cfg(feature = "tokio")]
impl<W: AsyncWorkflow, M> Child<'_, W, M> {
    /// Runs the child to its end by the async driver, whether its steps are async or not.
    ///
    /// # Errors
    ///
    /// When it did not succeed, unless [`keep_parent_running`](Child::keep_parent_running) was said.
    ///
    /// ```
    /// use stepflow::{ChildWorkflowError, RunContext, workflow};
    ///
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step] fn ping(&mut self) {} }
    /// struct Ship { state: bool }
    ///
    /// #[workflow(state = bool)]
    /// impl Ship {
    ///     #[step]
    ///     async fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         // `Check` has no async step. Run like this, it may be asked and observed by async closures.
    ///         let check = ctx.child(Check { state: () }).run_async().await?;
    ///         self.state = check.is_succeeded();
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(Ship { state: false }.run().await.into_result()?.state);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_async(mut self) -> Result<WorkflowResult<W::State>, ChildWorkflowError> {
        let under_way = self.parent.children.map(UnderWay::enter);
        let Prepared { workflow, start, mut around, key_root } = self.prepare();
        let definition = workflow.definition();
        let record = asynchronous::drive(workflow, &definition, start, &mut around, Some(key_root)).await;
        let record = self.attach(record);
        drop(under_way);
        stopped_with_children(self.parent.cancel).await;
        self.outcome(record)
    }
}

/// What [`RunContext::run_child`] gives: for a blocking child its result, for an async child a future of
/// it.
///
/// It is named where a step is generic over its child:
///
/// ```
/// use stepflow::{ChildWorkflowError, RunChild, RunContext, Workflow, workflow};
///
/// /// Runs a child of any mode, and notes that it did.
/// fn noted<'c, W>(ctx: &'c mut RunContext<'_>, notes: &mut Vec<String>, child: W) -> <W::Mode as RunChild<'c, W>>::Outcome
/// where
///     W: Workflow + 'c,
///     W::Mode: RunChild<'c, W>,
/// {
///     notes.push(child.definition().name.to_string());
///     ctx.run_child(child)
/// }
///
/// # struct Check { state: () }
/// # #[workflow(state = ())] impl Check { #[step] fn ping(&mut self) {} }
/// struct Ship { state: Vec<String> }
///
/// #[workflow(state = Vec<String>)]
/// impl Ship {
///     #[step]
///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
///         noted(ctx, &mut self.state, Check { state: () })?;
///         Ok(())
///     }
/// }
///
/// assert_eq!(Ship { state: vec![] }.run().state, ["Check"]);
/// ```
pub trait RunChild<'c, W: Workflow + 'c>: Mode + Sized {
    /// The result, or a future of it.
    type Outcome;

    /// Runs the child in this mode.
    fn run(child: Child<'c, W>) -> Self::Outcome;
}

impl<'c, W: BlockingWorkflow + 'c> RunChild<'c, W> for Blocking {
    type Outcome = Result<WorkflowResult<W::State>, ChildWorkflowError>;

    fn run(child: Child<'c, W>) -> Self::Outcome {
        child.run()
    }
}

#[cfg(feature = "tokio")]
impl<'c, W: AsyncWorkflow<Mode = Self> + 'c> RunChild<'c, W> for Async {
    type Outcome = std::pin::Pin<
        Box<dyn Future<Output = Result<WorkflowResult<W::State>, ChildWorkflowError>> + Send + 'c>,
    >;

    fn run(child: Child<'c, W>) -> Self::Outcome {
        Box::pin(child.run_async())
    }
}

impl<W: Workflow, M> fmt::Debug for Child<'_, W, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child")
            .field("parent_step", &self.parent_step)
            .field("keep_parent_running", &self.keep_parent_running)
            .finish_non_exhaustive()
    }
}
