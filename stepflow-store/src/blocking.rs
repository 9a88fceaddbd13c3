//! The runner for programs without a runtime: the same, and each call returns when it is done.
//!
//! ```
//! use stepflow::{ApprovalDecision, workflow};
//! use stepflow_store::{Existing, MemoryStore, Runner};
//!
//! struct Valve { state: bool }
//!
//! #[workflow(state = bool)]
//! impl Valve {
//!     #[step(approval = "Open the valve?")]
//!     fn open(&mut self) {
//!         self.state = true;
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start_blocking()?;
//! let run = runner.start("v1".parse()?, Valve { state: false }, Existing::Return)?;
//!
//! let gate = run.wait()?.gate().ok_or("somebody has to say yes")?;
//! runner.block_on(runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")))?;
//! assert!(run.wait()?.state::<bool>()?);
//! # Ok(()) }
//! ```

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow::{RunId, Workflow};
use tokio::runtime::{self, Handle, Runtime};

use crate::{
    Cancellation, Drained, Existing, Outcome, RunnerBuilder, RunnerError, Runs, RunsError, StartError,
    StoreError, WaitError,
};

/// A [runner](crate::Runner) with a runtime of its own, for programs that have none.
///
/// Like every call that waits, its methods must not be called by async code: tokio panics then.
pub struct Runner {
    runner: crate::Runner,
    runtime: Arc<Owned>,
}

/// A runtime that nobody waits for when it goes: a body that blocks its thread may never come back.
struct Owned(Option<Runtime>);

impl Owned {
    fn new() -> Result<Self, RunnerError> {
        if Handle::try_current().is_ok() {
            let what = "this is async code already: a runner is started here by `start().await`";
            return Err(RunnerError::Runtime { what, source: None });
        }
        let runtime = runtime::Builder::new_multi_thread().thread_name("stepflow").enable_all().build();
        let failed =
            |source| RunnerError::Runtime { what: "no runtime could be started", source: Some(source) };
        Ok(Self(Some(runtime.map_err(failed)?)))
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.0 {
            Some(runtime) => runtime.block_on(future),
            // It is taken when it is dropped, and not before.
            None => Handle::current().block_on(future),
        }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl RunnerBuilder {
    /// Starts the runner on a runtime of its own, for a program that has none. A store that can only be
    /// connected to by async code is connected to in [`blocking::Runner::connect`](Runner::connect).
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), and when there is a runtime already.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// let runner = Runner::builder(MemoryStore::new()).start_blocking()?;
    /// # drop(runner);
    /// # Ok::<(), stepflow_store::RunnerError>(())
    /// ```
    pub fn start_blocking(self) -> Result<Runner, RunnerError> {
        Runner::connect(async { Ok(self) })
    }
}

impl Runner {
    /// Starts a runner whose builder only async code can make.
    ///
    /// # Errors
    ///
    /// Those of the future, and of [`start_blocking`](RunnerBuilder::start_blocking).
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner, RunnerError, StoreError, blocking};
    ///
    /// # async fn connect() -> Result<MemoryStore, StoreError> { Ok(MemoryStore::new()) }
    /// let runner = blocking::Runner::connect(async {
    ///     let store = connect().await?;
    ///     Ok(Runner::builder(store))
    /// })?;
    /// # drop(runner);
    /// # Ok::<(), RunnerError>(())
    /// ```
    pub fn connect(
        builder: impl Future<Output = Result<RunnerBuilder, RunnerError>>,
    ) -> Result<Self, RunnerError> {
        let runtime = Owned::new()?;
        let runner = runtime.block_on(async { builder.await?.start().await })?;
        Ok(Self { runner, runtime: Arc::new(runtime) })
    }

    /// Starts a run under this id; see [`Runner::start`](crate::Runner::start).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn start<W>(&self, id: RunId, workflow: W, existing: Existing) -> Result<RunHandle, StartError>
    where
        W: Workflow,
        W::State: Serialize + DeserializeOwned,
    {
        let run = self.block_on(self.runner.start(id, workflow).if_exists(existing).into_future())?;
        Ok(RunHandle { run, runtime: Arc::clone(&self.runtime) })
    }

    /// A run that is in the store already, to wait for it.
    #[must_use]
    pub fn run(&self, id: RunId) -> RunHandle {
        RunHandle { run: self.runner.run(id), runtime: Arc::clone(&self.runtime) }
    }

    /// Takes up what is ready; see [`Runner::recover`](crate::Runner::recover).
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    pub fn recover(&self) -> Result<usize, StoreError> {
        self.block_on(self.runner.recover())
    }

    /// What people do with the runs. Its futures are waited for with [`block_on`](Self::block_on).
    #[must_use]
    pub fn runs(&self) -> Runs {
        self.runner.runs()
    }

    /// Waits for a future, on this runner's runtime.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, PendingQuery, Runner};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).start_blocking()?;
    /// let pending = runner.block_on(runner.runs().pending(&PendingQuery::default()))?;
    /// assert!(pending.waiting.is_empty());
    /// # Ok(()) }
    /// ```
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Stops in an orderly way; see [`Runner::drain`](crate::Runner::drain).
    pub fn drain(&self, within: Duration) -> Drained {
        self.block_on(self.runner.drain(within))
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.runner.fmt(f)
    }
}

/// A run in the store, wherever it is carried out; see [`RunHandle`](crate::RunHandle).
pub struct RunHandle {
    run: crate::RunHandle,
    runtime: Arc<Owned>,
}

impl RunHandle {
    /// The run's id.
    #[must_use]
    pub fn id(&self) -> &RunId {
        self.run.id()
    }

    /// Whether the call that gave this handle added the run.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.run.is_new()
    }

    /// Returns when the run does not go on by itself; see [`RunHandle::wait`](crate::RunHandle::wait).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn wait(&self) -> Result<Outcome, WaitError> {
        self.runtime.block_on(self.run.wait())
    }

    /// Returns when the run is over; see [`RunHandle::wait_until_over`](crate::RunHandle::wait_until_over).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn wait_until_over(&self) -> Result<Outcome, WaitError> {
        self.runtime.block_on(self.run.wait_until_over())
    }

    /// Stops the run for good; see [`RunHandle::cancel`](crate::RunHandle::cancel).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn cancel(&self, by: &str) -> Result<Cancellation, RunsError> {
        self.runtime.block_on(self.run.cancel(by))
    }
}

impl fmt::Debug for RunHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.run.fmt(f)
    }
}
