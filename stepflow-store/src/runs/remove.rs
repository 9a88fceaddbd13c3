//! Runs that nobody needs any more.

use std::time::Duration;

use stepflow::RunId;

use super::{Runs, RunsError};
use crate::store::StoredRun;

/// How many runs are deleted in one transaction.
const SWEEP: u32 = 1000;

impl Runs {
    /// Deletes a run that is over, with all that belongs to it. A run that is not over has to be
    /// [cancelled](Self::cancel) first; one that is damaged, and cannot be, is deleted.
    ///
    /// # Errors
    ///
    /// [`NotFinished`](RunsError::NotFinished) when it is not over; [`Running`](RunsError::Running) when somebody
    /// carries it out.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let (runs, run) = (runner.runs(), "night-shift".parse()?);
    /// assert!(runs.delete(&run).await.is_err(), "it is not over");
    /// runs.cancel(&run, "noor", None).await?;
    /// runs.delete(&run).await?;
    /// assert!(runs.get(&run).await.is_err());
    /// # Ok(()) }
    /// ```
    pub async fn delete(&self, run: &RunId) -> Result<(), RunsError> {
        let mut tries = self.tries(run);
        loop {
            let found = tries.look().await?;
            let (run, status) = (run.clone(), found.status);
            if let Some(worker) = found.worker.clone().filter(|_| found.held) {
                return Err(RunsError::Running { run, worker });
            }
            if !status.is_finished() && !self.is_damaged(&found).await? {
                return Err(RunsError::NotFinished { run, status });
            }
            if self.store.delete(&run, found.version).await? {
                return Ok(());
            }
        }
    }

    /// Deletes every run that has been over for longer than `age`, and says how many those were.
    ///
    /// # Errors
    ///
    /// When the store cannot be used; what was deleted by then is gone.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let month = Duration::from_secs(30 * 24 * 3600);
    /// assert_eq!(runner.runs().sweep(month).await?, 0);
    /// # Ok(()) }
    /// ```
    pub async fn sweep(&self, age: Duration) -> Result<u64, RunsError> {
        let mut total = 0;
        loop {
            let swept = self.store.sweep(age, SWEEP).await?;
            total += u64::from(swept);
            if swept < SWEEP {
                return Ok(total);
            }
        }
    }

    async fn is_damaged(&self, found: &StoredRun) -> Result<bool, RunsError> {
        let visits = self.store.visits(&found.id).await?;
        let Ok(definition) = found.definition.read() else { return Ok(true) };
        let record = found.saved(&visits).and_then(|saved| saved.into_record(&definition));
        Ok(record.is_err())
    }
}
