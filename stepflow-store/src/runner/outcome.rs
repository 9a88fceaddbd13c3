//! Where a run has come to.

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow::{CheckpointError, GateId, RunId, RunRecord, WorkflowResult, load_state};

use super::error::{OutcomeError, WaitError};
use crate::{Hold, RunStatus, StoreError, StoredRun, StoredVisit};

/// Where a run has come to that does not go on by itself: it is over, or waits for a person. What
/// [`RunHandle::wait`](super::RunHandle::wait) gives.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use stepflow::workflow;
/// use stepflow_store::{MemoryStore, RunStatus, Runner};
///
/// #[derive(Debug, Serialize, Deserialize)]
/// struct Valve { open: bool }
/// struct Opening { state: Valve }
///
/// #[workflow(state = Valve)]
/// impl Opening {
///     #[step(approval = "Open the valve?")]
///     fn open(&mut self) -> &'static str {
///         self.state.open = true;
///         "hissing"
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::builder(MemoryStore::new()).register(|state| Opening { state }).start().await?;
/// let run = runner.start("v1".parse()?, Opening { state: Valve { open: false } }).await?;
///
/// let outcome = run.wait().await?;
/// assert_eq!(outcome.status(), RunStatus::Paused);
/// assert_eq!(outcome.gate().ok_or("it waits at a gate")?.to_string(), "v1/open/1/1");
/// assert!(!outcome.state::<Valve>()?.open);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Outcome {
    status: RunStatus,
    record: RunRecord,
    state: String,
    hold: Option<Hold>,
}

impl Outcome {
    pub(super) fn of(stored: StoredRun, visits: &[StoredVisit]) -> Result<Self, WaitError> {
        let hold = stored.hold.as_deref().map(serde_json::from_str).transpose().map_err(|error| {
            StoreError::corrupt(format!("what keeps run {} from going on cannot be read", stored.id))
                .caused_by(error)
        })?;
        let damaged = |source| WaitError::Damaged { run: stored.id.clone(), source };
        let saved = stored.saved(visits).map_err(damaged)?;
        let record = saved.into_record(&stored.definition.read()?).map_err(damaged)?;
        Ok(Self { status: stored.status, record, state: stored.state, hold })
    }

    /// Where it is: over, or waiting for a person.
    #[must_use]
    pub fn status(&self) -> RunStatus {
        self.status
    }

    /// The run's id.
    #[must_use]
    pub fn run_id(&self) -> &RunId {
        self.record.run_id()
    }

    /// Whether every step did what it should.
    #[must_use]
    pub fn is_succeeded(&self) -> bool {
        self.status == RunStatus::Succeeded
    }

    /// What happened so far. The status in it is that of a run which is over or paused; of one that is held or
    /// unsettled it says nothing.
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The state that was saved last.
    ///
    /// # Errors
    ///
    /// When it is no `S`.
    pub fn state<S: Serialize + DeserializeOwned>(&self) -> Result<S, CheckpointError> {
        load_state(&self.state)
    }

    /// The same as JSON.
    #[must_use]
    pub fn state_json(&self) -> &str {
        &self.state
    }

    /// The gate at which a paused run waits.
    #[must_use]
    pub fn gate(&self) -> Option<GateId> {
        self.record.gate().filter(|_| self.status == RunStatus::Paused)
    }

    /// Why a held run does not go on.
    #[must_use]
    pub fn hold(&self) -> Option<&Hold> {
        self.hold.as_ref().filter(|_| self.status == RunStatus::Held)
    }

    /// The result, as a run in memory would have given it: with the outputs of the steps, and ready for
    /// [`into_result`](WorkflowResult::into_result).
    ///
    /// # Errors
    ///
    /// When the state is no `S`, or the run is [held](RunStatus::Held) or [unsettled](RunStatus::Unsettled).
    ///
    /// ```
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)]
    /// # impl Parcel { #[step] fn weigh(&mut self) -> f64 { self.state += 1; 4.5 } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).register(|state| Parcel { state }).start().await?;
    /// let outcome = runner.start("p1".parse()?, Parcel { state: 0 }).await?.wait().await?;
    /// let result = outcome.into_result::<u32>()?.into_result()?;
    /// assert_eq!((result.state, result.output(Parcel::WEIGH)?), (1, &4.5));
    /// # Ok(()) }
    /// ```
    pub fn into_result<S: Serialize + DeserializeOwned>(self) -> Result<WorkflowResult<S>, OutcomeError> {
        #[derive(Serialize)]
        struct Checkpoint<'a> {
            state: serde_json::Value,
            record: &'a RunRecord,
        }

        if matches!(self.status, RunStatus::Held | RunStatus::Unsettled | RunStatus::Ready) {
            return Err(OutcomeError::UnderWay { status: self.status });
        }
        let unreadable = |source| OutcomeError::Unreadable(CheckpointError::Unreadable { source });
        let state = serde_json::from_str(&self.state).map_err(unreadable)?;
        let checkpoint =
            serde_json::to_string(&Checkpoint { state, record: &self.record }).map_err(unreadable)?;
        Ok(WorkflowResult::from_checkpoint(&checkpoint)?)
    }
}
