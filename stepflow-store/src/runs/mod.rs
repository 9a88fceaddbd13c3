//! What people do with runs: look at them, answer them, stop them, and send them on their way again.

mod cancel;
mod decide;
mod details;
mod error;
mod fork;
mod hold;
mod list;
mod log;
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
/// ```no_run
/// use std::sync::Arc;
/// use stepflow::ApprovalDecision;
/// use stepflow_store::{PendingQuery, Question, Runs, RunsError, Store};
///
/// # async fn answer(store: Arc<dyn Store>) -> Result<(), RunsError> {
/// let runs = Runs::new(store);
/// for waiting in runs.pending(&PendingQuery::default()).await?.waiting {
///     let Question::Approval { gate, message, .. } = &waiting.question else { continue };
///     println!("{}: {}", waiting.run, message.as_deref().unwrap_or("go on?"));
///     match runs.decide(gate, ApprovalDecision::approve().by("noor")).await {
///         Err(RunsError::AlreadyDecided(decided)) => println!("{} was quicker", decided.by),
///         other => other?,
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Runs {
    store: Arc<dyn Store>,
    wake: Option<Arc<Notify>>,
}

impl Runs {
    /// The runs of this store.
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
