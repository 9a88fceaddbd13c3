//! What people do with runs: look at them, answer them, stop them, and send them on their way again.

mod cancel;
mod decide;
mod details;
mod error;
mod fork;
mod hold;
mod list;
mod log;
#[cfg(feature = "svg")]
mod marks;
mod pending;
mod remove;
mod retry;
mod settle;
mod tries;

use std::sync::Arc;

use serde::Serialize;
use stepflow::RunId;
use stepflow::engine::RunHead;
use tokio::sync::Notify;

pub use self::cancel::Cancellation;
pub(crate) use self::decide::{decision_at, gate_of};
pub use self::details::{AttemptDetails, RunDetails, TimelineEntry, VisitDetails};
pub use self::error::{Decided, RunsError, Settled};
pub use self::list::{RunPage, RunSummary};
pub use self::log::LogEntry;
pub use self::pending::{DamagedRun, Pending, PendingPage, PendingQuery, Question};
use self::tries::Tries;
use crate::store::{Store, StoreError, StoredRun};

/// The runs of a store, for people and for the programs that stand in for them: an inbox, a command-line tool,
/// a chat bot.
///
/// Nothing here carries a run out. A change is written only if the run is still as it was looked at; if it is
/// not, it is looked at again, and what is there now is the answer. So of two people who decide at one gate
/// exactly one does, and the other is told who it was, what they decided and when.
///
/// It is cheap to clone, and knows nothing of types: it works on the runs of any program.
///
/// ```
/// use stepflow::ApprovalDecision;
/// use stepflow_store::{MemoryStore, PendingQuery, Question, Runner, RunsError};
///
/// # struct Valve { state: bool }
/// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
/// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
/// // Or `Runs::new(store)`, where no runner is at hand.
/// let runs = runner.runs();
/// for waiting in runs.pending(&PendingQuery::default()).await?.waiting {
///     let Question::Approval { gate, message, .. } = waiting.question else { continue };
///     assert_eq!(message.as_deref(), Some("Open the valve?"));
///     match runs.decide(&gate, ApprovalDecision::approve().by("noor")).await {
///         Err(RunsError::AlreadyDecided(first)) => println!("{} was quicker", first.by),
///         other => other?,
///     }
/// }
/// assert!(runner.run("night-shift".parse()?).wait().await?.is_succeeded());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Runs {
    store: Arc<dyn Store>,
    wake: Option<Arc<Notify>>,
}

impl Runs {
    /// The runs of this store.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use stepflow_store::{MemoryStore, RunQuery, Runs};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runs = Runs::new(Arc::new(MemoryStore::new()));
    /// assert!(runs.list(&RunQuery::default()).await?.runs.is_empty());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, wake: None }
    }

    /// Where they are kept.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Wakes somebody whenever a run can go on because of what was done here, or is to be cancelled.
    #[must_use]
    pub(crate) fn waking(self, wake: Arc<Notify>) -> Self {
        Self { wake: Some(wake), ..self }
    }

    fn wake(&self) {
        if let Some(wake) = &self.wake {
            wake.notify_one();
        }
    }

    async fn load(&self, run: &RunId) -> Result<StoredRun, RunsError> {
        let found = self.store.load(run).await?;
        found.ok_or_else(|| RunsError::UnknownRun { run: run.clone() })
    }

    fn tries<'a>(&'a self, run: &'a RunId) -> Tries<'a> {
        Tries::new(self, run)
    }
}

/// Who it is that does something. Nobody in particular is refused: what is done here is done in somebody's name.
fn named(by: &str) -> Result<String, RunsError> {
    let by = by.trim();
    if by.is_empty() { Err(RunsError::Nameless) } else { Ok(by.to_owned()) }
}

fn written<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::refused("what was said has no JSON").caused_by(error))
}

fn head_json(head: &RunHead) -> Result<String, StoreError> {
    head.to_json().map_err(|error| StoreError::refused("the run has no JSON").caused_by(error))
}
