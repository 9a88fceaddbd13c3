//! A run that nobody may take is let go on.

use serde_json::json;
use stepflow::engine::Position;
use stepflow::{RunId, SavedRun};

use super::log::entry;
use super::{Runs, RunsError, named, written};
use crate::parts::Hold;
use crate::store::{Change, RunStatus, StoreError, StoredRun};

impl Runs {
    /// Lets a run that is [held](RunStatus::Held) go on as it is: one that brought down process after process,
    /// whose state did not fit, or that was damaged, after somebody has mended what was wrong.
    ///
    /// # Errors
    ///
    /// [`NotHeld`](RunsError::NotHeld) when it is not held;
    /// [`HeldByDefinition`](RunsError::HeldByDefinition) when its definition is another one than that of the
    /// programs: it would be held again. It goes on by itself when a program with its definition starts, or
    /// [by today's](Self::adopt) when somebody says so.
    ///
    /// ```no_run
    /// # async fn release(runs: stepflow_store::Runs) -> Result<(), Box<dyn std::error::Error>> {
    /// runs.release(&"order-7".parse()?, "noor").await?;
    /// # Ok(()) }
    /// ```
    pub async fn release(&self, run: &RunId, by: &str) -> Result<(), RunsError> {
        self.unhold(run, by, |found| match hold(found.hold.as_deref()) {
            Some(hold @ Hold::DefinitionChanged { .. }) => {
                Err(RunsError::HeldByDefinition { run: found.id.clone(), hold })
            }
            _ => Ok(Change { hold: Some(None), ..Change::default() }),
        })
        .await
    }

    /// Lets a run that is [held](RunStatus::Held) go on by the definition of the day, from the beginning of the
    /// step that it is at: for a definition that has changed without changing the meaning of what the run has
    /// done. An answer that was given at a gate is asked for again.
    ///
    /// # Errors
    ///
    /// [`NotHeld`](RunsError::NotHeld) when it is not held; [`BrokenOff`](RunsError::BrokenOff) when it was
    /// broken off in a step that must not run twice; [`HeldByDefinition`](RunsError::HeldByDefinition) when it
    /// has no step before it any more. When the definition of the day lacks a step that the run needs, the
    /// worker that takes it up holds it again and says which.
    ///
    /// ```no_run
    /// # async fn adopt(runs: stepflow_store::Runs) -> Result<(), Box<dyn std::error::Error>> {
    /// runs.adopt(&"order-7".parse()?, "noor").await?;
    /// # Ok(()) }
    /// ```
    pub async fn adopt(&self, run: &RunId, by: &str) -> Result<(), RunsError> {
        self.unhold(run, by, |found| {
            let saved = SavedRun::from_json(found.id.clone(), &found.head, []);
            let saved = saved.map_err(|error| RunsError::recover(&found.id, error))?;
            let (run, position) = (found.id.clone(), saved.head().position());
            if let Position::Begun { .. } = position {
                return Err(RunsError::BrokenOff { run, step: found.step.clone().unwrap_or_default() });
            }
            if position.step().is_none() {
                let hold = hold(found.hold.as_deref()).unwrap_or(Hold::Adopt);
                return Err(RunsError::HeldByDefinition { run, hold });
            }
            let hold = Some(Some(written(&Hold::Adopt)?));
            Ok(Change { hold, answer: Some(None), ..Change::default() })
        })
        .await
    }

    async fn unhold(
        &self,
        run: &RunId,
        by: &str,
        plan: impl Fn(&StoredRun) -> Result<Change, RunsError>,
    ) -> Result<(), RunsError> {
        let by = named(by)?;
        let mut tries = self.tries(run);
        loop {
            let found = tries.look().await?;
            let status = found.status;
            if status != RunStatus::Held {
                return Err(RunsError::NotHeld { run: run.clone(), status });
            }
            let planned = plan(&found)?;
            let adopt = matches!(planned.hold, Some(Some(_)));
            let data = if adopt { json!({ "adopt": true }) } else { json!({}) };
            let event = Some(entry("resumed", &by, &data));
            let change = Change { status: Some(RunStatus::Ready), event, ..planned };
            if tries.amend(&found, &change).await? {
                self.wake();
                return Ok(());
            }
        }
    }
}

/// Why a run is held; that something else was written there is a reason too.
pub(super) fn hold(text: Option<&str>) -> Option<Hold> {
    let text = text?;
    Some(serde_json::from_str(text).unwrap_or_else(|error| Hold::Damaged {
        what: StoreError::corrupt(format!("why it is held cannot be read: {error}")).to_string(),
    }))
}
