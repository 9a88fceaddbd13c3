//! What a runner refuses, and why.

use std::sync::Arc;

use stepflow::{CheckpointError, DefinitionErrors, RecoverError, RunId};

use crate::{RunStatus, StoreError};

/// A runner could not be started.
///
/// ```
/// use stepflow::workflow;
/// use stepflow_store::{MemoryStore, Runner, RunnerError};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let twice = Runner::builder(MemoryStore::new())
///     .register(|state| Parcel { state })
///     .register(|state| Parcel { state: state + 1 });
/// let error = twice.start().await.err().ok_or("which of the two?")?;
/// assert_eq!(error.to_string(), "workflow `Parcel` is registered twice");
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    /// A definition cannot be run.
    #[error("workflow `{workflow}` cannot be run")]
    Definition {
        /// The workflow's public name.
        workflow: String,
        /// Why not.
        source: DefinitionErrors,
    },
    /// Two factories stand for one name.
    #[error("workflow `{workflow}` is registered twice")]
    Duplicate {
        /// The workflow's public name.
        workflow: String,
    },
    /// There is no runtime, or there is one where there must be none.
    #[error("{what}")]
    Runtime {
        /// What to do about it.
        what: &'static str,
        /// What the operating system said, if it did.
        source: Option<std::io::Error>,
    },
    /// A setting makes no sense.
    #[error("{what}")]
    Setting {
        /// Which, and why.
        what: String,
    },
    /// The store cannot be used.
    #[error("the store cannot be used: {0}")]
    Store(#[from] StoreError),
}

/// A run could not be started.
///
/// ```
/// use stepflow::workflow;
/// use stepflow_store::{Existing, MemoryStore, Runner, StartError};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::builder(MemoryStore::new()).register(|state| Parcel { state }).start().await?;
/// runner.start("p1".parse()?, Parcel { state: 0 }).await?.wait().await?;
/// let again = runner.start("p1".parse()?, Parcel { state: 0 }).if_exists(Existing::Refuse).await;
/// let error = again.err().ok_or("it is there already")?;
/// assert_eq!(error.to_string(), "there is a run p1 already: it is succeeded");
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The runner carries out nothing any more.
    #[error("the runner is draining, or stopped")]
    Draining,
    /// There is a run of this id already, and the caller did not want it.
    #[error("there is a run {run} already: it is {status}")]
    Exists {
        /// The id.
        run: RunId,
        /// Where the run is.
        status: RunStatus,
    },
    /// The workflow was not registered, so nobody could go on with the run after a crash.
    #[error("workflow `{workflow}` is not registered with this runner")]
    NotRegistered {
        /// The workflow's public name.
        workflow: String,
    },
    /// The workflow has another definition than the one that was registered under its name.
    #[error("workflow `{workflow}` is registered with another definition: {}", .differences.join("; "))]
    OtherDefinition {
        /// The workflow's public name.
        workflow: String,
        /// What is different, one entry a change.
        differences: Vec<String>,
    },
    /// There is a run of this id, of another workflow.
    #[error("run {run} is a run of `{found}`, not of `{asked}`")]
    OtherWorkflow {
        /// The id.
        run: RunId,
        /// What it is a run of.
        found: String,
        /// What it was to be a run of.
        asked: String,
    },
    /// The state that the run was to begin with cannot be saved.
    #[error(transparent)]
    State(#[from] CheckpointError),
    /// The store cannot be used; whether the run was added, the next attempt to start it tells.
    #[error("run {run} was not started: {source}")]
    Store {
        /// The id.
        run: RunId,
        /// Why not.
        source: StoreError,
    },
}

/// Nobody can say what becomes of a run.
///
/// ```
/// use std::time::Duration;
/// use stepflow_store::{MemoryStore, Runner, WaitError};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::builder(MemoryStore::new()).start().await?;
/// let error = runner.run("p1".parse()?).wait().await.err().ok_or("there is no such run")?;
/// assert!(matches!(error, WaitError::Unknown { .. }));
/// assert_eq!(error.to_string(), "there is no run p1");
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// What is kept of the run contradicts itself.
    #[error("run {run} cannot be read")]
    Damaged {
        /// The run.
        run: RunId,
        /// What contradicts what.
        source: RecoverError,
    },
    /// The run was let go of, as it was saved last, because the store refused it for good.
    #[error("run {run} does not go on here: {source}")]
    LetGo {
        /// The run.
        run: RunId,
        /// What the store said.
        source: Arc<StoreError>,
    },
    /// The runner was stopped. The run is as it was saved, and goes on elsewhere or later.
    #[error("the runner was stopped before run {run} was over; it goes on where a runner is started")]
    Stopped {
        /// The run.
        run: RunId,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such run; it may have been deleted.
    #[error("there is no run {run}")]
    Unknown {
        /// The run.
        run: RunId,
    },
}

/// An outcome is no result of a workflow.
///
/// ```
/// use stepflow_store::{OutcomeError, RunStatus};
///
/// let error = OutcomeError::UnderWay { status: RunStatus::Held };
/// assert_eq!(error.to_string(), "the run has no result yet: it is held");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// The run is not over, and not paused either.
    #[error("the run has no result yet: it is {status}")]
    UnderWay {
        /// Where it is.
        status: RunStatus,
    },
    /// The state or the record does not fit.
    #[error(transparent)]
    Unreadable(#[from] CheckpointError),
}
