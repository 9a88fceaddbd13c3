//! A run about to start: who observes it, who approves, and by which clock.

#[cfg(feature = "tokio")]
mod saved;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::approval::{
    ApprovalDecision, ApprovalHandler, ApprovalRequest, Approvals, IntoDecision, OnApproval,
};
use crate::cancel::CancelToken;
#[cfg(feature = "tokio")]
use crate::driver::asynchronous;
use crate::driver::{Start, Surroundings, Time, blocking};
use crate::engine::Gates;
use crate::hook::{Hook, Hooks, IntoHookOutcome, Observers, OnEvent, WorkflowEvent, WorkflowHook};
use crate::result::{RunRecord, WorkflowResult};
use crate::run_id::RunId;
use crate::time::{Clock, Moment, SleepWith, Sleeper, Stopwatch, ThreadSleeper};
#[cfg(feature = "tokio")]
use crate::time::{Timer, TokioTimer};
#[cfg(feature = "tokio")]
use crate::workflow::{Async, AsyncWorkflow};
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
    options: Options<'h>,
    mode: PhantomData<fn() -> M>,
}

/// All that can be said about a run, whatever the workflow.
struct Options<'h> {
    begin: Begin,
    people: People<'h>,
    waiting: Waiting<'h>,
}

/// Who looks on, who is asked, who may stop the run.
struct People<'h> {
    hooks: Hooks<'h>,
    approvals: Option<Approvals<'h>>,
    pausing: bool,
    cancel: Option<CancelToken>,
}

struct Waiting<'h> {
    clock: Option<Arc<dyn Clock>>,
    sleeper: Option<Box<dyn Sleeper + 'h>>,
    #[cfg(feature = "tokio")]
    timer: Option<Box<dyn Timer + 'h>>,
}

enum Begin {
    New {
        run_id: Option<RunId>,
    },
    #[cfg(feature = "testing")]
    Restored {
        record: Box<RunRecord>,
        step: usize,
    },
    Resumed(Box<(RunRecord, ApprovalDecision)>),
}

impl<'h, W: Workflow> Run<'h, W> {
    /// A run of this workflow with no hooks and no approval handler: at a gate it fails.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// // The same as `Parcel { state: 0 }.run()`, as long as nothing more is said.
    /// assert_eq!(Run::new(Parcel { state: 0 }).run().state, 1);
    /// ```
    pub fn new(workflow: W) -> Self {
        Self::beginning(workflow, Begin::New { run_id: None }, false)
    }

    /// A resumed run pauses at later gates unless told not to (reference item 77).
    pub(crate) fn resumed(workflow: W, record: RunRecord, decision: ApprovalDecision) -> Self {
        Self::beginning(workflow, Begin::Resumed(Box::new((record, decision))), true)
    }

    /// A run that was broken off between two steps goes on at `step`.
    #[cfg(feature = "testing")]
    pub(crate) fn restored(workflow: W, record: RunRecord, step: usize) -> Self {
        Self::beginning(workflow, Begin::Restored { record: Box::new(record), step }, true)
    }

    fn beginning(workflow: W, begin: Begin, pausing: bool) -> Self {
        let options = Options {
            begin,
            people: People { hooks: Hooks::default(), approvals: None, pausing, cancel: None },
            waiting: Waiting {
                clock: None,
                sleeper: None,
                #[cfg(feature = "tokio")]
                timer: None,
            },
        };
        Self { workflow, options, mode: PhantomData }
    }

    /// Adds a hook. Hooks see each event in the order in which they were added.
    ///
    /// ```
    /// use stepflow::{BoxError, Run, WorkflowEvent, WorkflowHook, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # struct Counter(usize);
    /// # impl WorkflowHook for &mut Counter {
    /// #     fn on_event(&mut self, _: &WorkflowEvent<'_>) -> Result<(), BoxError> { self.0 += 1; Ok(()) }
    /// # }
    /// // `Counter` implements `WorkflowHook` and counts events.
    /// let mut counter = Counter(0);
    /// Run::new(Parcel { state: 0 }).hook(&mut counter).run();
    /// assert_eq!(counter.0, 4);
    /// ```
    pub fn hook(mut self, hook: impl WorkflowHook + 'h) -> Self {
        self.options.people.hooks.push(Hook::Blocking(Box::new(hook)));
        self
    }

    /// Adds a closure as a hook; it returns `()` or a `Result` of it.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// let mut steps: Vec<String> = vec![];
    /// Run::new(Parcel { state: 0 }).on_event(|event| steps.extend(event.step_name().map(str::to_owned))).run();
    /// assert_eq!(steps, ["weigh", "weigh"], "started and finished");
    /// ```
    pub fn on_event<R: IntoHookOutcome + 'h>(
        self,
        hook: impl FnMut(&WorkflowEvent<'_>) -> R + Send + 'h,
    ) -> Self {
        self.hook(OnEvent(hook))
    }

    /// Asks this handler at every gate, and never pauses.
    ///
    /// ```
    /// # use stepflow::{ApprovalDecision, ApprovalHandler, ApprovalRequest, BoxError};
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # struct Foreman;
    /// # impl ApprovalHandler for Foreman {
    /// #     fn decide(&mut self, _: &ApprovalRequest<'_>) -> Result<ApprovalDecision, BoxError> { Ok(true.into()) }
    /// # }
    /// // `Foreman` implements `ApprovalHandler` and says yes.
    /// assert!(Run::new(Valve { state: false }).approval_handler(Foreman).run().state);
    /// ```
    pub fn approval_handler(mut self, handler: impl ApprovalHandler + 'h) -> Self {
        self.options.people.approvals = Some(Approvals::Blocking(Box::new(handler)));
        self
    }

    /// Asks this closure at every gate; it returns a `bool`, an [`ApprovalDecision`] or a `Result` of
    /// either.
    ///
    /// ```
    /// use stepflow::{ApprovalDecision, Run, workflow};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// let run = Run::new(Valve { state: false });
    /// let run = run.on_approval(|request| ApprovalDecision::deny().because(format!("no {}, it is night", request.step_name())));
    /// assert!(run.run().error().is_some_and(|error| error.to_string().ends_with("no open, it is night")));
    /// ```
    pub fn on_approval<D: IntoDecision + 'h>(
        self,
        handler: impl FnMut(&ApprovalRequest<'_>) -> D + Send + 'h,
    ) -> Self {
        self.approval_handler(OnApproval(handler))
    }

    /// Pauses at a gate that no handler answers: the result's status is
    /// [`Paused`](crate::WorkflowStatus::Paused) and
    /// [`resume`](crate::WorkflowResult::resume) goes on with it.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// let paused = Run::new(Valve { state: false }).pause_on_approval().run();
    /// assert_eq!(paused.pause().ok_or("it waits")?.step_name(), "open");
    /// assert!(paused.resume(|state| Valve { state }, true)?.run().state);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pause_on_approval(mut self) -> Self {
        self.options.people.pausing = true;
        self
    }

    /// Fails at a gate that no handler answers. That is what a new run does anyway, and a resumed one
    /// does not.
    ///
    /// ```
    /// use stepflow::{ErrorKind, Run, workflow};
    ///
    /// # struct Valve { state: () }
    /// # #[workflow(state = ())]
    /// # impl Valve { #[step(approval)] fn open(&mut self) {} #[step(approval)] fn close(&mut self) {} }
    /// let paused = Run::new(Valve { state: () }).pause_on_approval().run();
    /// // It goes on, and fails at the next gate.
    /// let result = paused.resume(|state| Valve { state }, true)?.never_pause().run();
    /// assert_eq!(result.error_kind(), Some(ErrorKind::ApprovalRequired));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn never_pause(mut self) -> Self {
        self.options.people.pausing = false;
        self
    }

    /// Gives the run an id of the caller's own. A resumed run keeps the one it has.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// let result = Run::new(Parcel { state: 0 }).run_id("order-1047".parse()?).run();
    /// assert_eq!(result.run_id().to_string(), "order-1047");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_id(mut self, id: RunId) -> Self {
        if let Begin::New { run_id } = &mut self.options.begin {
            *run_id = Some(id);
        }
        self
    }

    /// Reads time from this clock.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::{Clock, Run, Timestamp, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # struct Stopped(Timestamp);
    /// # impl Clock for Stopped {
    /// #     fn now(&self) -> Timestamp { self.0 }
    /// #     fn monotonic(&self) -> Duration { Duration::ZERO }
    /// # }
    /// // `Stopped` implements `Clock`: it is always the same moment.
    /// let day: Timestamp = "2024-02-29T12:00:00Z".parse()?;
    /// let result = Run::new(Parcel { state: 0 }).clock(Stopped(day)).run();
    /// assert_eq!((result.started_at(), result.duration()), (day, Duration::ZERO));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.options.waiting.clock = Some(Arc::new(clock));
        self
    }

    /// Leaves the waiting between attempts to this sleeper.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::{Run, Sleeper, workflow};
    ///
    /// # struct Call { state: u32 }
    /// # #[workflow(state = u32)] impl Call { #[step(retry(times = 2, delay = "1h"))] fn dial(&mut self) -> Result<(), String> {
    /// #     self.state += 1; if self.state < 3 { Err("busy".to_owned()) } else { Ok(()) } } }
    /// # struct Impatient;
    /// # impl Sleeper for Impatient { fn sleep(&self, _: Duration) {} }
    /// // `Impatient` implements `Sleeper` and does not wait. Of a step that says `retry(times = 2, delay = "1h")`:
    /// let result = Run::new(Call { state: 0 }).sleeper(Impatient).run();
    /// assert_eq!(result.steps()[0].attempts(), 3);
    /// ```
    pub fn sleeper(mut self, sleeper: impl Sleeper + 'h) -> Self {
        self.options.waiting.sleeper = Some(Box::new(sleeper));
        self
    }

    /// Stops the run, between steps or at the next `.await`, when somebody cancels the token.
    ///
    /// ```
    /// use stepflow::{CancelToken, Run, WorkflowStatus, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// let shutdown = CancelToken::new();
    /// let run = Run::new(Parcel { state: 0 }).cancel_on(shutdown.clone());
    /// // For example from another thread, or from the handler of Ctrl-C:
    /// shutdown.cancel();
    /// assert_eq!(run.run().status(), WorkflowStatus::Cancelled);
    /// ```
    pub fn cancel_on(mut self, token: CancelToken) -> Self {
        self.options.people.cancel = Some(token);
        self
    }

    /// Leaves the waiting of the async driver to this timer. A blocking child that a step runs waits on its
    /// thread all the same, by the [`sleeper`](Self::sleeper).
    ///
    /// ```
    /// use std::{future::Future, pin::Pin, time::Duration};
    /// use stepflow::{Run, Timer, workflow};
    ///
    /// # struct Call { state: u32 }
    /// # #[workflow(state = u32)] impl Call { #[step(retry(times = 2, delay = "1h"))] fn dial(&mut self) -> Result<(), String> {
    /// #     self.state += 1; if self.state < 3 { Err("busy".to_owned()) } else { Ok(()) } } }
    /// # struct Impatient;
    /// # impl Timer for Impatient {
    /// #     fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> { Box::pin(async {}) }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // `Impatient` implements `Timer`: every wait is over at once.
    /// let result = Run::new(Call { state: 0 }).timer(Impatient).run_async().await;
    /// assert_eq!(result.steps()[0].attempts(), 3);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn timer(mut self, timer: impl Timer + 'h) -> Self {
        self.options.waiting.timer = Some(Box::new(timer));
        self
    }

    /// Adds an async hook, for a run by the async driver. The closure looks at the event at once; the
    /// future that it returns owns what it needs, and is awaited before the run goes on.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    /// use tokio::sync::mpsc;
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (sender, mut events) = mpsc::channel(8);
    /// let run = Run::new(Parcel { state: 0 }).on_event_async(move |event| {
    ///     let (sender, text) = (sender.clone(), event.kind().to_string());
    ///     async move { sender.send(text).await }
    /// });
    /// run.run_async().await.into_result()?;
    /// assert_eq!(events.recv().await.as_deref(), Some("WorkflowStarted"));
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn on_event_async<F, R>(mut self, hook: impl FnMut(&WorkflowEvent<'_>) -> F + Send + 'h) -> Self
    where
        F: Future<Output = R> + Send + 'static,
        R: IntoHookOutcome,
    {
        self.options.people.hooks.push(Hook::awaited(hook));
        self
    }

    /// Asks this async closure at every gate, in a run by the async driver. The closure looks at the
    /// request at once; the future that it returns owns what it needs.
    ///
    /// ```
    /// use stepflow::{ApprovalDecision, Run, workflow};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// /// Asks whoever is on call.
    /// async fn on_call(question: String) -> Result<ApprovalDecision, std::io::Error> {
    ///     # let _ = question;
    ///     Ok(ApprovalDecision::approve().by("noor"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let run = Run::new(Valve { state: false })
    ///     .on_approval_async(|request| on_call(request.message().unwrap_or_default().to_owned()));
    /// assert!(run.run_async().await.state);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn on_approval_async<F, D>(
        mut self,
        handler: impl FnMut(&ApprovalRequest<'_>) -> F + Send + 'h,
    ) -> Self
    where
        F: Future<Output = D> + Send + 'static,
        D: IntoDecision,
    {
        self.options.people.approvals = Some(Approvals::awaited(handler));
        self
    }

    /// Leaves the waiting between attempts to this closure.
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Call { state: u32 }
    /// # #[workflow(state = u32)] impl Call { #[step(retry(times = 2, delay = "1h"))] fn dial(&mut self) -> Result<(), String> {
    /// #     self.state += 1; if self.state < 3 { Err("busy".to_owned()) } else { Ok(()) } } }
    /// let waits = Mutex::new(vec![]);
    /// // Of a step that says `retry(times = 2, delay = "1h")`:
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
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// let result = Run::new(Parcel { state: 0 }).on_event(|_| ()).run().into_result()?;
    /// assert_eq!(result.state, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(mut self) -> WorkflowResult<W::State> {
        // Used where they lie: most of a short run's cost would be moving them.
        let Options { begin, ref mut people, ref waiting } = self.options;
        let time = waiting.time();
        let mut around = people.surroundings(&time);
        let start = begin.start(time.stopwatch.started());
        let definition = self.workflow.definition();
        let record = blocking::drive(&mut self.workflow, &definition, start, &mut around, None);
        WorkflowResult::new(self.workflow.into_state(), record)
    }
}

#[cfg(feature = "tokio")]
impl<W: AsyncWorkflow> Run<'_, W, Async> {
    /// Runs to the end, to a failure or to a pause. A failed run is a result too: see
    /// [`into_result`](WorkflowResult::into_result). Dropped, the future stops the run at once.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// struct Parcel { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Parcel {
    ///     #[step]
    ///     async fn weigh(&mut self) {
    ///         self.state += 1;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let result = Run::new(Parcel { state: 0 }).on_event(|_| ()).run().await.into_result()?;
    /// assert_eq!(result.state, 1);
    /// # Ok(()) }
    /// ```
    pub fn run(self) -> impl Future<Output = WorkflowResult<W::State>> + Send {
        self.run_async()
    }
}

#[cfg(feature = "tokio")]
impl<W: AsyncWorkflow, M> Run<'_, W, M> {
    /// Runs by the async driver, whether the steps are async or not. That is how a workflow without async
    /// steps gets an async hook or handler, and waits between its attempts without blocking a thread.
    ///
    /// ```
    /// use stepflow::{Run, workflow};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let result = Run::new(Parcel { state: 0 }).run_async().await.into_result()?;
    /// assert_eq!(result.state, 1);
    /// # Ok(()) }
    /// ```
    #[expect(clippy::manual_async_fn, reason = "it would move the run once more before it begins")]
    pub fn run_async(mut self) -> impl Future<Output = WorkflowResult<W::State>> + Send {
        async move {
            let Options { begin, ref mut people, ref waiting } = self.options;
            let time = waiting.time();
            let start = begin.start(time.stopwatch.started());
            let definition = self.workflow.definition();
            let record = {
                let mut around = people.surroundings(&time);
                asynchronous::drive(&mut self.workflow, &definition, start, &mut around, None).await
            };
            WorkflowResult::new(self.workflow.into_state(), record)
        }
    }
}

impl Begin {
    fn start(self, at: Moment) -> Start {
        match self {
            Self::New { run_id } => Start::new(run_id, at),
            #[cfg(feature = "testing")]
            Self::Restored { record, step } => Start::Restored { record, step, at },
            Self::Resumed(paused) => Start::Resumed { paused, at },
        }
    }
}

impl People<'_> {
    fn surroundings<'a>(&'a mut self, time: &'a Time<'a>) -> Surroundings<'a> {
        let gates = match (&self.approvals, self.pausing) {
            (Some(_), _) => Gates::Ask,
            (None, true) => Gates::Pause,
            (None, false) => Gates::Refuse,
        };
        Surroundings {
            observers: &mut self.hooks,
            approvals: match &mut self.approvals {
                Some(handler) => Some(handler),
                None => None,
            },
            gates,
            cancel: self.cancel.as_ref(),
            #[cfg(feature = "tokio")]
            children: None,
            #[cfg(feature = "tokio")]
            keeper: None,
            time,
        }
    }
}

impl Waiting<'_> {
    /// The stopwatch starts here.
    #[inline]
    fn time(&self) -> Time<'_> {
        Time {
            sleeper: match &self.sleeper {
                Some(sleeper) => &**sleeper,
                None => &ThreadSleeper,
            },
            #[cfg(feature = "tokio")]
            timer: match &self.timer {
                Some(timer) => &**timer,
                None => &TokioTimer,
            },
            stopwatch: Stopwatch::start(self.clock.clone()),
        }
    }
}

impl<W: Workflow, M> fmt::Debug for Run<'_, W, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("workflow", &self.workflow.definition().name)
            .field("hooks", &self.options.people.hooks.len())
            .field("approval_handler", &self.options.people.approvals.is_some())
            .field("pausing", &self.options.people.pausing)
            .finish_non_exhaustive()
    }
}
