//! A run that somebody started, or wants to know of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use stepflow::RunId;
use tokio::time::timeout;

use super::error::WaitError;
use super::outcome::Outcome;
use super::seat::Watch;
use super::shared::{Shared, TARGET};
use super::slot::Slot;
use super::wait::{pause_after, unless};
use crate::{Cancellation, RunStatus, Runs, RunsError, StoredRun};

/// A run in the store, wherever it is carried out.
///
/// Dropping it changes nothing: the run goes on.
pub struct RunHandle {
    shared: Arc<Shared>,
    id: RunId,
    new: bool,
}

impl RunHandle {
    pub(super) fn new(shared: Arc<Shared>, id: RunId, new: bool) -> Self {
        Self { shared, id, new }
    }

    /// The run's id.
    #[must_use]
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// Whether the call that gave this handle added the run; otherwise it was there already.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.new
    }

    /// Returns when the run does not go on by itself: it is over, paused, held or unsettled. Where another
    /// process carries it out, it is looked at as often as [`poll`](super::RunnerBuilder::poll) says.
    ///
    /// While the store cannot be reached, it waits on.
    ///
    /// # Errors
    ///
    /// When the runner is stopped, there is no such run any more, or the store holds nothing that can be read.
    ///
    /// ```
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).register(|state| Parcel { state }).start().await?;
    /// let run = runner.start("p1".parse()?, Parcel { state: 0 }).await?;
    /// let outcome = run.wait().await?;
    /// assert!(outcome.is_succeeded());
    /// assert_eq!(outcome.state::<u32>()?, 1);
    /// # Ok(()) }
    /// ```
    pub async fn wait(&self) -> Result<Outcome, WaitError> {
        self.wait_for(|_| true).await
    }

    /// Returns when the run is over, whoever has to say something before that, and however long they take.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    ///
    /// ```
    /// use stepflow::{ApprovalDecision, workflow};
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// let run = runner.start("v1".parse()?, Valve { state: false }).await?;
    /// let gate = run.wait().await?.gate().ok_or("it waits")?;
    /// runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    /// assert!(run.wait_until_over().await?.state::<bool>()?);
    /// # Ok(()) }
    /// ```
    pub async fn wait_until_over(&self) -> Result<Outcome, WaitError> {
        self.wait_for(RunStatus::is_finished).await
    }

    async fn wait_for(&self, enough: fn(RunStatus) -> bool) -> Result<Outcome, WaitError> {
        let watch = Watch::new(&self.shared, &self.id);
        let mut failed = 0;
        loop {
            let mut told = std::pin::pin!(watch.told.notified());
            // From here on nothing is missed.
            told.as_mut().enable();
            // What goes on here tells when it has stopped.
            let carried = |slot: &Arc<Slot>| !slot.gone.is_cancelled();
            let active = self.shared.active().get(&self.id).is_some_and(carried);
            let pause = if active {
                Duration::MAX
            } else {
                match self.look(enough).await {
                    Ok(Some(outcome)) => return Ok(outcome),
                    Ok(None) => failed = 0,
                    Err(WaitError::Store(error)) if error.is_transient() => {
                        failed += 1;
                        tracing::warn!(
                            target: TARGET, run_id = %self.id, %error, "the run cannot be looked at"
                        );
                    }
                    Err(error) => return Err(error),
                }
                if failed == 0 { self.shared.settings.poll } else { pause_after(failed) }
            };
            if unless(&self.shared.stopped, timeout(pause, told)).await.is_none() {
                return Err(WaitError::Stopped { run: self.id.clone() });
            }
        }
    }

    /// Stops the run for good: at once, or, where it is being carried out, as soon as that hears of it. A step that
    /// is under way is broken off at its next `.await`, or comes to its end. Whether anything is left of the run
    /// to stop, [`wait`](Self::wait) tells.
    ///
    /// # Errors
    ///
    /// As [`Runs::cancel`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::{RunContext, workflow};
    /// use stepflow_store::{MemoryStore, RunStatus, Runner};
    ///
    /// # struct Parcel { state: u32 }
    /// #[workflow(state = u32)]
    /// impl Parcel {
    ///     #[step]
    ///     async fn travel(&mut self, ctx: &mut RunContext<'_>) {
    ///         ctx.sleep(Duration::from_secs(24 * 60 * 60)).await;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).register(|state| Parcel { state }).start().await?;
    /// let run = runner.start("p1".parse()?, Parcel { state: 0 }).await?;
    /// run.cancel("noor").await?;
    /// assert_eq!(run.wait().await?.status(), RunStatus::Cancelled);
    /// # Ok(()) }
    /// ```
    pub async fn cancel(&self, by: &str) -> Result<Cancellation, RunsError> {
        let runs = Runs::new(Arc::clone(&self.shared.store)).waking(Arc::clone(&self.shared.look));
        runs.cancel(&self.id, by, None).await
    }

    /// What has become of the run, if that is enough.
    async fn look(&self, enough: fn(RunStatus) -> bool) -> Result<Option<Outcome>, WaitError> {
        let mut stored = self.load().await?;
        loop {
            if stored.status == RunStatus::Ready {
                let trouble = self.shared.troubles().get(&self.id).cloned();
                return match trouble {
                    Some(source) => Err(WaitError::LetGo { run: self.id.clone(), source }),
                    None => Ok(None),
                };
            }
            if !enough(stored.status) {
                return Ok(None);
            }
            let visits = self.shared.store.visits(&self.id).await?;
            // They belong together only if nothing has happened in between.
            let again = self.load().await?;
            if again.version == stored.version {
                return Outcome::of(stored, &visits).map(Some);
            }
            stored = again;
        }
    }

    async fn load(&self) -> Result<StoredRun, WaitError> {
        let stored = self.shared.store.load(&self.id).await?;
        stored.ok_or_else(|| WaitError::Unknown { run: self.id.clone() })
    }
}

impl fmt::Debug for RunHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunHandle").field("id", &self.id).field("new", &self.new).finish_non_exhaustive()
    }
}
