//! A person says whether a body that was broken off did its work.

use serde_json::json;
use stepflow::engine::Position;
use stepflow::{Answer, RunId, SavedRun, Settlement};

use super::log::{LogEntry, entry};
use super::{Runs, RunsError, Settled, named, written};
use crate::store::{Change, RunStatus, StoredRun};

impl Runs {
    /// Says whether the step that must not run twice did its work before it was broken off. If it did, the run goes
    /// on behind it; if not, the attempt is made again, under the same idempotency key.
    ///
    /// # Errors
    ///
    /// [`AlreadySettled`](RunsError::AlreadySettled) when somebody has said so already;
    /// [`Refused`](RunsError::Refused) when the step cannot have come to that, because it has routes and none is
    /// named, or it has none; [`NotUnsettled`](RunsError::NotUnsettled) when there is nothing to settle.
    ///
    /// ```no_run
    /// use stepflow::Settlement;
    /// use stepflow_store::{Runs, RunsError};
    ///
    /// # async fn settle(runs: Runs) -> Result<(), Box<dyn std::error::Error>> {
    /// // The payment is in the books of the bank, under this number.
    /// runs.settle(&"order-7".parse()?, Settlement::happened_with("PAY-1047"), "noor").await?;
    /// # Ok(()) }
    /// ```
    pub async fn settle(&self, run: &RunId, settlement: Settlement, by: &str) -> Result<(), RunsError> {
        let by = named(by)?;
        let mut tries = self.tries(run);
        loop {
            let found = tries.look().await?;
            if found.status != RunStatus::Unsettled {
                return Err(self.not_unsettled(&found).await?);
            }
            let step = check(&found, &settlement)?;
            let change = Change {
                status: Some(RunStatus::Ready),
                due: Some(None),
                answer: Some(Some(written(&Answer::Settled(settlement.clone()))?)),
                event: Some(entry("settled", &by, &json!({ "step": step, "settlement": settlement }))),
                ..Change::default()
            };
            if tries.amend(&found, &change).await? {
                self.wake();
                return Ok(());
            }
        }
    }

    async fn not_unsettled(&self, found: &StoredRun) -> Result<RunsError, RunsError> {
        let (run, status) = (found.id.clone(), found.status);
        let events = self.store.events(&run).await?;
        let last = events.iter().rev().map(LogEntry::read).find(|entry| entry.kind == "settled");
        let settled = last.and_then(|entry| {
            let (step, settlement) = entry.settlement()?;
            let (run, by) = (run.clone(), entry.by?);
            Some(Box::new(Settled { run, step, settlement, by, at: entry.at }))
        });
        Ok(match settled {
            Some(settled) => RunsError::AlreadySettled(settled),
            None => RunsError::NotUnsettled { run, status },
        })
    }
}

/// The name of the step that is settled, if it can have come to that.
fn check(found: &StoredRun, settlement: &Settlement) -> Result<String, RunsError> {
    let recover = |error| RunsError::recover(&found.id, error);
    let saved = SavedRun::from_json(found.id.clone(), &found.head, []).map_err(recover)?;
    let definition = found.definition.read()?;
    let step = match *saved.head().position() {
        Position::Begun { step, .. } => definition.steps.get(step),
        _ => None,
    };
    let Some(step) = step else {
        let (run, status) = (found.id.clone(), found.status);
        return Err(RunsError::NotUnsettled { run, status });
    };
    settlement.check(step).map_err(recover)?;
    Ok(step.name.to_string())
}
