//! Carries runs out durably.

mod builder;
mod carry;
mod chance;
mod claim;
mod clock;
mod drain;
mod error;
mod examine;
mod handle;
mod held;
mod hooks;
mod journal;
mod lease;
mod lift;
mod membership;
mod outcome;
mod registry;
mod seat;
mod settings;
mod shared;
mod slot;
mod start;
mod wait;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow::{RunId, Workflow};

pub use self::builder::RunnerBuilder;
pub use self::drain::Drained;
pub use self::error::{OutcomeError, RunnerError, StartError, WaitError};
pub use self::handle::RunHandle;
pub use self::outcome::Outcome;
use self::shared::Shared;
pub use self::start::{Existing, StartRun};
use crate::{Runs, Store, StoreError};

/// Carries runs out, and saves them at every boundary: at the end of a step, of a failed attempt, at a gate. When the
/// process goes down, another one, or the same one later, goes on from there.
///
/// Several processes may work on one store. A run is carried out by one of them at a time; one that was silent
/// for longer than its [lease](RunnerBuilder::lease) commits nothing any more.
///
/// A workflow is [registered](RunnerBuilder::register) with a factory, which builds it around a saved state. A
/// run whose workflow's definition or state has changed in the meantime is not gone on with, but
/// [held](crate::RunStatus::Held).
///
/// Dropped, a runner stops as a crash would stop it: nothing is waited for, and what it held is free when its
/// lease is over. [`drain`](Self::drain) is the kind way.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use stepflow::{ApprovalDecision, workflow};
/// use stepflow_store::{MemoryStore, Runner};
///
/// #[derive(Debug, Serialize, Deserialize)]
/// struct Refund { order: String, paid: bool }
///
/// struct Refunding { state: Refund }
///
/// #[workflow(state = Refund)]
/// impl Refunding {
///     #[step]
///     fn check(&mut self) -> String {
///         format!("order {} found", self.state.order)
///     }
///     #[step(approval = "Pay this refund?", retry(times = 3, delay = "1s"))]
///     fn pay(&mut self) {
///         self.state.paid = true;
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::builder(MemoryStore::new()).register(|state| Refunding { state }).start().await?;
///
/// let refund = Refunding { state: Refund { order: "1047".to_owned(), paid: false } };
/// let run = runner.start("refund-1047".parse()?, refund).await?;
///
/// // It waits at the gate, for weeks if need be, and in no process's memory.
/// let gate = run.wait().await?.gate().ok_or("somebody has to say yes")?;
/// runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")).await?;
///
/// assert!(run.wait().await?.state::<Refund>()?.paid);
/// # Ok(()) }
/// ```
pub struct Runner {
    shared: Arc<Shared>,
}

impl Runner {
    /// A runner on this store: of this crate, or anything that implements [`Store`]; also in an
    /// [`Arc`], where the program needs it elsewhere too.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use stepflow_store::{MemoryStore, Runner, Runs};
    ///
    /// let store = Arc::new(MemoryStore::new());
    /// let runs = Runs::new(store.clone());
    /// let builder = Runner::builder(store);
    /// # let _ = (runs, builder);
    /// ```
    pub fn builder(store: impl Store) -> RunnerBuilder {
        RunnerBuilder::new(Arc::new(store))
    }

    /// Starts a run under this id, when the result is awaited; or, where there is a run of this id, does what
    /// [`if_exists`](StartRun::if_exists) says. The run is in the store when the handle is there.
    ///
    /// What the workflow holds besides its state is not kept: the run is carried out by what the registered
    /// factory builds, now as well as after a restart.
    ///
    /// # Errors
    ///
    /// When the workflow is not registered, its state cannot be saved, there is a run of this id that may not be
    /// taken for this one, or the store cannot be used.
    ///
    /// ```
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).register(|state| Parcel { state }).start().await?;
    /// // A message that is delivered twice starts one run.
    /// let first = runner.start("p1".parse()?, Parcel { state: 0 }).await?;
    /// let again = runner.start("p1".parse()?, Parcel { state: 0 }).await?;
    /// assert!(first.is_new() && !again.is_new());
    /// assert_eq!(again.wait().await?.state::<u32>()?, 1);
    /// # Ok(()) }
    /// ```
    pub fn start<W>(&self, id: RunId, workflow: W) -> StartRun
    where
        W: Workflow,
        W::State: Serialize + DeserializeOwned,
    {
        StartRun::new(Arc::clone(&self.shared), id, workflow)
    }

    /// A run that is in the store already, to wait for it.
    ///
    /// ```
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner, WaitError};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).start().await?;
    /// let nowhere = runner.run("p1".parse()?).wait().await;
    /// assert!(matches!(nowhere, Err(WaitError::Unknown { .. })));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn run(&self, id: RunId) -> RunHandle {
        RunHandle::new(Arc::clone(&self.shared), id, false)
    }

    /// Takes up as many runs that are ready as there is room for, and says how many. The runner does that by
    /// itself when it starts and from time to time; this does not wait for the next time.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    ///
    /// ```
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).register(|state| Parcel { state }).start().await?;
    /// assert_eq!(runner.recover().await?, 0, "nothing was left unfinished");
    /// # Ok(()) }
    /// ```
    pub async fn recover(&self) -> Result<usize, StoreError> {
        claim::claim_now(&self.shared).await
    }

    /// What people do with the runs: list them, decide, cancel. What is done through it is seen by this runner
    /// at once.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, PendingQuery, Runner};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).start().await?;
    /// assert!(runner.runs().pending(&PendingQuery::default()).await?.waiting.is_empty());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn runs(&self) -> Runs {
        Runs::new(Arc::clone(&self.shared.store)).waking(Arc::clone(&self.shared.look))
    }

    /// Stops in an orderly way: takes up no more runs, and lets each that is under way come to its next boundary,
    /// within this time. What does not get there is broken off, and goes on from the boundary before. A body that
    /// blocks its thread cannot be broken off: it is left to itself, and can commit nothing.
    ///
    /// Afterwards the runner does nothing any more, and its process may end.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).start().await?;
    /// // When the process is asked to stop:
    /// let drained = runner.drain(Duration::from_secs(20)).await;
    /// assert!(drained.is_clean());
    /// # Ok(()) }
    /// ```
    pub async fn drain(&self, within: Duration) -> Drained {
        drain::drain(&self.shared, within).await
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.shared.draining.cancel();
        self.shared.stopped.cancel();
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("store", &self.shared.store)
            .field("worker", &self.shared.membership().worker)
            .field("active", &self.shared.active().len())
            .finish_non_exhaustive()
    }
}
