//! A runner about to be started.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow::{
    AsyncWorkflow, CancelToken, Clock, DefinitionRef, IntoHookOutcome, StaticWorkflow, WorkflowEvent,
};

use super::clock::RunClock;
use super::error::RunnerError;
use super::hooks::Hooks;
use super::registry::{Entry, Registry};
use super::settings::Settings;
use super::shared::Shared;
use super::{Runner, claim, lease, lift};
use crate::{Store, StoreError};

/// A runner about to be started: what [`Runner::builder`] gives.
///
/// ```
/// use std::time::Duration;
/// use stepflow::workflow;
/// use stepflow_store::{MemoryStore, Runner};
///
/// # #[derive(Clone)] struct Scale;
/// struct Parcel { state: f64, scale: Scale }
///
/// #[workflow(state = f64)]
/// impl Parcel {
///     #[step]
///     fn weigh(&mut self) {
///         self.state += 4.5;
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let scale = Scale;
/// let runner = Runner::builder(MemoryStore::new())
///     .register(move |state| Parcel { state, scale: scale.clone() })
///     .concurrency(16)
///     .lease(Duration::from_secs(30))
///     .start()
///     .await?;
/// # drop(runner);
/// # Ok(()) }
/// ```
#[must_use = "a runner does nothing until it is started"]
pub struct RunnerBuilder {
    store: Arc<dyn Store>,
    settings: Settings,
    entries: Vec<(DefinitionRef, Result<Entry, StoreError>)>,
    hooks: Hooks,
    clock: Option<Arc<dyn Clock>>,
}

impl RunnerBuilder {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            settings: Settings::default(),
            entries: Vec::new(),
            hooks: Hooks::default(),
            clock: None,
        }
    }

    /// Adds a workflow. The factory builds it around a state, whenever a run of it is taken up: that is how what
    /// the workflow has besides its state comes back after a restart.
    ///
    /// The steps of a workflow without an `async` step run on threads that may be blocked, and never hold up
    /// others.
    ///
    /// ```
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # struct Invoice { state: u32 }
    /// # #[workflow(state = u32)] impl Invoice { #[step] async fn print(&mut self) { self.state += 1; } }
    /// let builder = Runner::builder(MemoryStore::new())
    ///     .register(|state| Parcel { state })
    ///     .register(|state| Invoice { state });
    /// # let _ = builder;
    /// ```
    pub fn register<W, F>(self, factory: F) -> Self
    where
        W: AsyncWorkflow + StaticWorkflow + 'static,
        W::State: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(W::State) -> W + Send + Sync + 'static,
    {
        self.register_loaded(W::DEFINITION, factory)
    }

    /// Adds a workflow whose definition is known only now: loaded from a file, for instance. Everything that the
    /// factory builds has to have this definition.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use stepflow::WorkflowDefinition;
    /// # use stepflow::{Blocking, BlockingWorkflow, DefinitionRef, RunContext, StepOutcome, Workflow};
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Scripted { definition: Arc<WorkflowDefinition>, state: Vec<String> }
    /// # impl Workflow for Scripted {
    /// #     type State = Vec<String>;
    /// #     type Mode = Blocking;
    /// #     fn definition(&self) -> DefinitionRef { self.definition.clone().into() }
    /// #     fn state(&self) -> &Vec<String> { &self.state }
    /// #     fn into_state(self) -> Vec<String> { self.state }
    /// # }
    /// # impl BlockingWorkflow for Scripted {
    /// #     fn run_step(&mut self, _: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
    /// #         self.state.push(ctx.step_name().to_owned());
    /// #         StepOutcome::succeeded(())
    /// #     }
    /// # }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // `Scripted` runs whatever steps it was loaded with.
    /// let text = r#"{"name": "loaded", "steps": [{"name": "weigh"}, {"name": "label"}]}"#;
    /// let definition: Arc<WorkflowDefinition> = Arc::new(serde_json::from_str(text)?);
    /// let factory = { let definition = definition.clone(); move |state| Scripted { definition: definition.clone(), state } };
    /// let builder = Runner::builder(MemoryStore::new()).register_loaded(definition, factory);
    /// # let _ = builder;
    /// # Ok(()) }
    /// ```
    pub fn register_loaded<W, F>(mut self, definition: impl Into<DefinitionRef>, factory: F) -> Self
    where
        W: AsyncWorkflow + 'static,
        W::State: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(W::State) -> W + Send + Sync + 'static,
    {
        let definition = definition.into();
        self.entries.push((definition.clone(), Entry::new(definition, factory)));
        self
    }

    /// How many runs are carried out at once; 64 when nothing is said. Runs that wait for a person, or long, are
    /// not counted.
    ///
    /// Each run of a workflow without `async` steps takes one of the runtime's blocking threads, of which there
    /// are 512 unless it was built with [another number](tokio::runtime::Builder::max_blocking_threads): stay
    /// well below it.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let builder = Runner::builder(MemoryStore::new()).concurrency(16);
    /// # let _ = builder;
    /// ```
    pub fn concurrency(mut self, runs: usize) -> Self {
        self.settings.concurrency = runs;
        self
    }

    /// How long this process may be silent before others take over its runs; 10 seconds when nothing is said. It
    /// tells that it is alive three times as often.
    ///
    /// A process that is killed is found out earlier where the store can tell. One that is stopped, or cut off
    /// from the store, is not.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let builder = Runner::builder(MemoryStore::new()).lease(Duration::from_secs(30));
    /// # let _ = builder;
    /// ```
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease;
        self
    }

    /// How often to look for runs that other processes have started or decided on, or that have become due; 500
    /// milliseconds when nothing is said. What is done through this runner is seen at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let builder = Runner::builder(MemoryStore::new()).poll(Duration::from_secs(2));
    /// # let _ = builder;
    /// ```
    pub fn poll(mut self, poll: Duration) -> Self {
        self.settings.poll = poll;
        self
    }

    /// How long a run may wait in memory, between two attempts for instance; 5 seconds when nothing is said. One
    /// that has to wait longer is put aside, and takes up no room until it is due.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let builder = Runner::builder(MemoryStore::new()).park_after(Duration::from_secs(60));
    /// # let _ = builder;
    /// ```
    pub fn park_after(mut self, wait: Duration) -> Self {
        self.settings.park_after = wait;
        self
    }

    /// How often in a row a run may be taken up without getting anywhere, because the process goes down or is
    /// stopped; 5 when nothing is said. Then it is [held](crate::Hold::Crashed) until a person has looked at it.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let builder = Runner::builder(MemoryStore::new()).max_claims(3);
    /// # let _ = builder;
    /// ```
    pub fn max_claims(mut self, claims: u32) -> Self {
        self.settings.max_claims = claims;
        self
    }

    /// What this process is called where the store says who carries out a run. A number is added that makes the
    /// name its own.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let builder = Runner::builder(MemoryStore::new()).worker_name("refunds-1");
    /// # let _ = builder;
    /// ```
    pub fn worker_name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = name.into();
        self
    }

    /// Times the runs by this clock, and no longer by the store's. For tests; leases always run by the store's
    /// clock.
    ///
    /// ```
    /// use stepflow::testing::ManualClock;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let clock = ManualClock::new();
    /// let builder = Runner::builder(MemoryStore::new().clock(clock.clone())).clock(clock);
    /// # let _ = builder;
    /// ```
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Has this closure look on at every run that goes on here. It is called as a
    /// [hook](stepflow::WorkflowHook) is, and may be called for several runs at once. A run that is gone on with
    /// after a crash or a pause tells anew that it has started, and what was told after the boundary that was
    /// saved last is told again.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use stepflow::{WorkflowEvent, workflow};
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let finished = Arc::new(Mutex::new(vec![]));
    /// let seen = finished.clone();
    /// let runner = Runner::builder(MemoryStore::new())
    ///     .register(|state| Parcel { state })
    ///     .on_event(move |event| {
    ///         if let WorkflowEvent::StepFinished(step) = event {
    ///             seen.lock().unwrap().push(step.step().name().to_owned());
    ///         }
    ///     })
    ///     .start()
    ///     .await?;
    /// runner.start("p1".parse()?, Parcel { state: 0 }).await?.wait().await?;
    /// assert_eq!(*finished.lock().unwrap(), ["weigh"]);
    /// # Ok(()) }
    /// ```
    pub fn on_event<R: IntoHookOutcome>(
        mut self,
        hook: impl Fn(&WorkflowEvent<'_>) -> R + Send + Sync + 'static,
    ) -> Self {
        self.hooks.push(Arc::new(move |event: &WorkflowEvent<'_>| hook(event).into_hook_outcome()));
        self
    }

    /// Makes this process known to the store, ends what processes held that are gone, and begins to take up
    /// runs, on the runtime that this is called on.
    ///
    /// Runs that are held because their definition or state had changed go on if they fit this program.
    ///
    /// # Errors
    ///
    /// When a workflow is registered twice or cannot be run, a setting makes no sense, or the store cannot be
    /// used.
    pub async fn start(self) -> Result<Runner, RunnerError> {
        let Self { store, settings, entries, hooks, clock } = self;
        check(&settings)?;
        let registry = registry(entries)?;
        let clock = match clock {
            Some(clock) => RunClock::Given(clock),
            None => RunClock::of_the_store(store.now().await?),
        };
        let stopped = CancelToken::new();
        let membership = lease::join(&*store, &settings, &stopped).await?;
        let shared = Shared::new((store, settings), (registry, hooks, clock), (stopped, membership));
        let runner = Runner { shared: Arc::new(shared) };
        let shared = &runner.shared;
        tokio::spawn(lease::keep(Arc::clone(shared)));
        tokio::spawn(lease::look_around(Arc::clone(shared)));
        tokio::spawn(claim::keep(Arc::clone(shared)));
        tokio::spawn(lift::lift(Arc::clone(shared)));
        Ok(runner)
    }
}

impl fmt::Debug for RunnerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let workflows: Vec<&str> = self.entries.iter().map(|(definition, _)| &*definition.name).collect();
        f.debug_struct("RunnerBuilder")
            .field("store", &self.store)
            .field("workflows", &workflows)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

fn check(settings: &Settings) -> Result<(), RunnerError> {
    let refused = |what: &str| Err(RunnerError::Setting { what: what.to_owned() });
    if settings.concurrency == 0 || settings.concurrency > tokio::sync::Semaphore::MAX_PERMITS {
        return refused(
            "a runner carries out at least one run at once, and not more than there can be tasks",
        );
    }
    if settings.lease.is_zero() || settings.poll.is_zero() {
        return refused(
            "a lease, and the time between two looks at the store, has to be longer than nothing",
        );
    }
    if settings.max_claims == 0 {
        return refused("a run has to be taken up once at least to get anywhere");
    }
    if settings.name.is_empty() || settings.name.len() > 200 || settings.name.chars().any(char::is_control) {
        return refused("a worker's name has between 1 and 200 bytes, and no control characters");
    }
    Ok(())
}

fn registry(entries: Vec<(DefinitionRef, Result<Entry, StoreError>)>) -> Result<Registry, RunnerError> {
    let mut registry = Registry::new();
    for (definition, entry) in entries {
        let workflow = definition.name.to_string();
        if let Err(source) = definition.check() {
            return Err(RunnerError::Definition { workflow, source });
        }
        if registry.insert(workflow.clone(), Arc::new(entry?)).is_some() {
            return Err(RunnerError::Duplicate { workflow });
        }
    }
    Ok(registry)
}
