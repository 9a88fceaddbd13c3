//! A person stops a run.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow::RunId;

use super::log::entry;
use super::{Runs, RunsError, head_json, named, written};
use crate::parts::Wish;
use crate::store::{Change, NewVisit, RunStatus, StoredRun, StoredVisit};

/// What came of cancelling a run.
///
/// ```
/// use stepflow_store::Cancellation;
///
/// assert_eq!(serde_json::to_string(&Cancellation::Wished)?, r#""wished""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cancellation {
    /// It is cancelled.
    Cancelled,
    /// Whoever carries it out is told when they next renew their lease or save the run, and stops it.
    Wished,
}

impl Runs {
    /// Stops a run for good: at once where nobody carries it out, and else as soon as whoever does hears of it.
    /// A step that is not under way never starts then; what was done stays done.
    ///
    /// # Errors
    ///
    /// [`Finished`](RunsError::Finished) when the run is over; [`Damaged`](RunsError::Damaged) when what is kept
    /// of it contradicts itself: then it can only be [deleted](Self::delete).
    ///
    /// ```
    /// use stepflow_store::{Cancellation, MemoryStore, RunStatus, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let (runs, run) = (runner.runs(), "night-shift".parse()?);
    /// assert_eq!(runs.cancel(&run, "noor", Some("not tonight")).await?, Cancellation::Cancelled);
    /// assert_eq!(runs.get(&run).await?.status, RunStatus::Cancelled);
    /// # Ok(()) }
    /// ```
    pub async fn cancel(
        &self,
        run: &RunId,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Cancellation, RunsError> {
        let by = named(by)?;
        let at = self.store.now().await?;
        let wish = Wish { by: by.clone(), reason: reason.map(str::to_owned), at };
        let mut tries = self.tries(run);
        loop {
            let found = tries.look().await?;
            let status = found.status;
            if status.is_finished() {
                return Err(RunsError::Finished { run: run.clone(), status });
            }
            if found.held && found.cancel.is_some() {
                return Ok(Cancellation::Wished);
            }
            let (done, change) = if found.held {
                (Cancellation::Wished, wished(&wish)?)
            } else {
                let visits = self.store.visits(run).await?;
                match stopped(&found, &visits, &wish) {
                    Ok(change) => (Cancellation::Cancelled, change),
                    Err(error) => {
                        tries.blame(&found, error).await?;
                        continue;
                    }
                }
            };
            if tries.amend(&found, &change).await? {
                self.wake();
                return Ok(done);
            }
        }
    }
}

fn wished(wish: &Wish) -> Result<Change, RunsError> {
    Ok(Change {
        cancel: Some(Some(written(wish)?)),
        event: Some(entry("cancel_wished", &wish.by, &because(wish))),
        ..Change::default()
    })
}

fn stopped(found: &StoredRun, visits: &[StoredVisit], wish: &Wish) -> Result<Change, RunsError> {
    let recover = |error| RunsError::recover(&found.id, error);
    let definition = found.definition.read()?;
    let (head, visit) =
        found.saved(visits).and_then(|saved| saved.cancel(&definition, wish.at)).map_err(recover)?;
    let visit = visit.zip(visits.last()).map(|(result, last)| NewVisit {
        sequence: last.sequence,
        step: last.step.clone(),
        result,
        state: None,
    });
    Ok(Change {
        status: Some(RunStatus::Cancelled),
        due: Some(None),
        step: Some(None),
        head: Some(head_json(&head)?),
        answer: Some(None),
        hold: Some(None),
        cancel: Some(None),
        visit,
        release: true,
        event: Some(entry("cancelled", &wish.by, &because(wish))),
        ..Change::default()
    })
}

fn because(wish: &Wish) -> Value {
    wish.reason.as_ref().map_or_else(|| json!({}), |reason| json!({ "reason": reason }))
}
