//! A run that failed is tried again.

use stepflow::{RunId, SavedRun};

use super::log::about_step;
use super::{Runs, RunsError, head_json, named, written};
use crate::parts::Hold;
use crate::store::{Change, RunStatus, StoredRun, StoredVisit};

impl Runs {
    /// Sends a failed run on its way again, from the step that failed, with the state before that step and by
    /// the code of the day: that is what was mended, most likely.
    ///
    /// A gate before the step asks again. The step keeps its idempotency key.
    ///
    /// # Errors
    ///
    /// [`NotFailed`](RunsError::NotFailed) when the run has not failed; [`Refused`](RunsError::Refused) when
    /// there is no step to try again.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// use stepflow::workflow;
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// static PUMP: AtomicBool = AtomicBool::new(false);
    ///
    /// struct Valve { state: bool }
    ///
    /// #[workflow(state = bool)]
    /// impl Valve {
    ///     #[step]
    ///     fn open(&mut self) -> Result<(), String> {
    ///         self.state = PUMP.load(Ordering::Relaxed);
    ///         if self.state { Ok(()) } else { Err("the pump is off".to_owned()) }
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// let run = runner.start("night-shift".parse()?, Valve { state: false }).await?;
    /// assert!(!run.wait().await?.is_succeeded());
    ///
    /// PUMP.store(true, Ordering::Relaxed);
    /// runner.runs().retry(run.id(), "noor").await?;
    /// assert!(run.wait().await?.is_succeeded());
    /// # Ok(()) }
    /// ```
    pub async fn retry(&self, run: &RunId, by: &str) -> Result<(), RunsError> {
        let by = named(by)?;
        let mut tries = self.tries(run);
        loop {
            let found = tries.look().await?;
            let status = found.status;
            if status != RunStatus::Failed {
                return Err(RunsError::NotFailed { run: run.clone(), status });
            }
            let visits = self.store.visits(run).await?;
            match tried_again(&found, &visits, &by) {
                Ok(change) => {
                    if tries.amend(&found, &change).await? {
                        self.wake();
                        return Ok(());
                    }
                }
                Err(error) => tries.blame(&found, error).await?,
            }
        }
    }
}

fn tried_again(found: &StoredRun, visits: &[StoredVisit], by: &str) -> Result<Change, RunsError> {
    let definition = found.definition.read()?;
    let saved = found.saved(visits).and_then(|saved| saved.retry(&definition));
    let saved = saved.map_err(|error| RunsError::recover(&found.id, error))?;
    let step = next_step(&saved, &definition);
    Ok(Change {
        status: Some(RunStatus::Ready),
        due: Some(None),
        event: Some(about_step("retried", by, &step)),
        step: Some(Some(step)),
        head: Some(head_json(saved.head())?),
        answer: Some(None),
        hold: Some(Some(written(&Hold::Adopt)?)),
        cancel: Some(None),
        forget_from: Some(behind(&saved).saturating_add(1)),
        ..Change::default()
    })
}

/// The step that a run is about to begin.
pub(super) fn next_step(saved: &SavedRun, definition: &stepflow::WorkflowDefinition) -> String {
    let step = saved.head().position().step().and_then(|step| definition.steps.get(step));
    step.map(|step| step.name.to_string()).unwrap_or_default()
}

/// How many visits a run has behind it.
pub(super) fn behind(saved: &SavedRun) -> u32 {
    u32::try_from(saved.visits().len()).unwrap_or(u32::MAX)
}
