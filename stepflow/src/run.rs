//! A run about to start: who observes it, who approves, and by which clock.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::approval::{ApprovalDecision, ApprovalHandler, ApprovalRequest, IntoDecision, OnApproval};
use crate::driver::{Start, Surroundings, blocking, chance};
use crate::engine::Gates;
use crate::hook::{Hooks, IntoHookOutcome, OnEvent, WorkflowEvent, WorkflowHook};
use crate::result::{RunRecord, WorkflowResult};
use crate::run_id::RunId;
use crate::time::{Clock, SleepWith, Sleeper, Stopwatch, ThreadSleeper};
use crate::workflow::{Blocking, BlockingWorkflow, Workflow};

/// A run about to start. `workflow.run()` is enough where nothing is to be said about it.
///
/// Hooks and handlers may borrow from around the run.
///
/// ```
/// use stepflow::{Run, workflow};
///
/// struct Valve { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Valve {
///     #[step(approval = "Open the valve?")]
///     fn open(&mut self) {
///         self.state += 1;
///     }
/// }
///
/// let mut seen = Vec::new();
/// let result = Run::new(Valve { state: 0 })
///     .on_event(|event| seen.push(event.kind().to_string()))
///     .on_approval(|request| request.message().is_some())
///     .run();
/// assert_eq!(result.state, 1);
/// assert_eq!(seen, ["WorkflowStarted", "StepStarted", "StepFinished", "WorkflowFinished"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a run does nothing until it is `run`"]
pub struct Run<'h, W: Workflow, M = <W as Workflow>::Mode> {
    workflow: W,
    hooks: Hooks<'h>,
    approvals: Option<Box<dyn ApprovalHandler + 'h>>,
    pausing: bool,
    clock: Option<Arc<dyn Clock>>,
    sleeper: Option<Box<dyn Sleeper + 'h>>,
    begin: Begin,
    mode: PhantomData<M>,
}

enum Begin {
    New { run_id: Option<RunId> },
    Resumed { record: Box<RunRecord>, decision: ApprovalDecision },
}

impl<'h, W: Workflow> Run<'h, W> {
    /// A run of this workflow with no hooks and no approval handler: at a gate it fails.
    pub fn new(workflow: W) -> Self {
        Self::beginning(workflow, Begin::New { run_id: None }, false)
    }

    /// A resumed run pauses at later gates unless told not to (reference item 77).
    pub(crate) fn resumed(workflow: W, record: RunRecord, decision: ApprovalDecision) -> Self {
        Self::beginning(workflow, Begin::Resumed { record: Box::new(record), decision }, true)
    }

    fn beginning(workflow: W, begin: Begin, pausing: bool) -> Self {
        Self {
            workflow,
            hooks: Hooks::default(),
            approvals: None,
            pausing,
            clock: None,
            sleeper: None,
            begin,
            mode: PhantomData,
        }
    }

    /// Adds a hook. Hooks see each event in the order in which they were added.
    pub fn hook(mut self, hook: impl WorkflowHook + 'h) -> Self {
        self.hooks.0.push(Box::new(hook));
        self
    }

    /// Adds a closure as a hook; it returns `()` or a `Result` of it.
    pub fn on_event<R: IntoHookOutcome + 'h>(
        self,
        hook: impl FnMut(&WorkflowEvent<'_>) -> R + Send + 'h,
    ) -> Self {
        self.hook(OnEvent(hook))
    }

    /// Asks this handler at every gate, and never pauses.
    pub fn approval_handler(mut self, handler: impl ApprovalHandler + 'h) -> Self {
        self.approvals = Some(Box::new(handler));
        self
    }

    /// Asks this closure at every gate; it returns a `bool`, an [`ApprovalDecision`] or a `Result` of
    /// either.
    pub fn on_approval<D: IntoDecision + 'h>(
        self,
        handler: impl FnMut(&ApprovalRequest<'_>) -> D + Send + 'h,
    ) -> Self {
        self.approval_handler(OnApproval(handler))
    }

    /// Pauses at a gate that no handler answers: the result's status is
    /// [`Paused`](crate::WorkflowStatus::Paused) and
    /// [`resume`](crate::WorkflowResult::resume) goes on with it.
    pub fn pause_on_approval(mut self) -> Self {
        self.pausing = true;
        self
    }

    /// Fails at a gate that no handler answers. That is what a new run does anyway, and a resumed one
    /// does not.
    pub fn never_pause(mut self) -> Self {
        self.pausing = false;
        self
    }

    /// Gives the run an id of the caller's own. A resumed run keeps the one it has.
    pub fn run_id(mut self, id: RunId) -> Self {
        if let Begin::New { run_id } = &mut self.begin {
            *run_id = Some(id);
        }
        self
    }

    /// Reads time from this clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Leaves the waiting between attempts to this sleeper.
    pub fn sleeper(mut self, sleeper: impl Sleeper + 'h) -> Self {
        self.sleeper = Some(Box::new(sleeper));
        self
    }

    /// Leaves the waiting between attempts to this closure.
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use stepflow::{Run, workflow};
    ///
    /// struct Call { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Call {
    ///     #[step(retry(times = 2, delay = "1h"))]
    ///     fn dial(&mut self) -> Result<(), String> {
    ///         self.state += 1;
    ///         if self.state < 3 { Err("busy".to_owned()) } else { Ok(()) }
    ///     }
    /// }
    ///
    /// let waits = Mutex::new(vec![]);
    /// let result = Run::new(Call { state: 0 }).sleep_with(|wait| waits.lock().unwrap().push(wait.as_secs())).run();
    /// assert_eq!(result.steps()[0].attempts(), 3);
    /// assert_eq!(waits.into_inner()?, [3600, 3600]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sleep_with(self, sleep: impl Fn(Duration) + Send + Sync + 'h) -> Self {
        self.sleeper(SleepWith(sleep))
    }
}

impl<W: BlockingWorkflow> Run<'_, W, Blocking> {
    /// Runs to the end, to a failure or to a pause. A failed run is a result too: see
    /// [`into_result`](WorkflowResult::into_result).
    pub fn run(mut self) -> WorkflowResult<W::State> {
        let stopwatch = Stopwatch::start(self.clock);
        let at = stopwatch.started();
        let start = match self.begin {
            Begin::New { run_id } => {
                let run_id = run_id.unwrap_or_else(|| RunId::new(at, chance()));
                Start::New { run_id, at }
            }
            Begin::Resumed { record, decision } => Start::Resumed { record, decision, at },
        };
        let gates = match (&self.approvals, self.pausing) {
            (Some(_), _) => Gates::Ask,
            (None, true) => Gates::Pause,
            (None, false) => Gates::Refuse,
        };
        let mut around = Surroundings {
            observers: &mut self.hooks,
            approvals: match &mut self.approvals {
                Some(handler) => Some(&mut **handler),
                None => None,
            },
            gates,
            sleeper: match &self.sleeper {
                Some(sleeper) => &**sleeper,
                None => &ThreadSleeper,
            },
            stopwatch: &stopwatch,
        };
        let definition = self.workflow.definition();
        let record = blocking::drive(&mut self.workflow, &definition, start, &mut around, None);
        WorkflowResult::new(self.workflow.into_state(), record)
    }
}

impl<W: Workflow, M> fmt::Debug for Run<'_, W, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("workflow", &self.workflow.definition().name)
            .field("hooks", &self.hooks.0.len())
            .field("approval_handler", &self.approvals.is_some())
            .field("pausing", &self.pausing)
            .finish_non_exhaustive()
    }
}
