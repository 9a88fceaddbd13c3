//! A copy of a run goes its own way.

use serde_json::json;
use stepflow::{RunId, Timestamp};

use super::log::entry;
use super::retry::{behind, next_step};
use super::{Runs, RunsError, head_json, named, written};
use crate::parts::Hold;
use crate::store::{Created, NewRun, NewVisit, StoredRun, StoredVisit};

impl Runs {
    /// Adds a copy of a run that is about to begin `step`: with the visits up to the last one to that step behind
    /// it, the state of then, and by the code of the day. The run itself stays as it is, whatever it is doing.
    ///
    /// The copy is a run of its own: the steps that it comes to run once more, under idempotency keys of their
    /// own.
    ///
    /// # Errors
    ///
    /// [`Exists`](RunsError::Exists) when there is a run of the new id; [`Refused`](RunsError::Refused) when the
    /// run never came to that step.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// runner.runs().fork(&"night-shift".parse()?, "open", &"night-shift-2".parse()?, "noor").await?;
    /// let gate = runner.run("night-shift-2".parse()?).wait().await?.gate().ok_or("it asks, too")?;
    /// assert_eq!(gate.to_string(), "night-shift-2/open/1/1");
    /// # Ok(()) }
    /// ```
    pub async fn fork(&self, run: &RunId, step: &str, new_id: &RunId, by: &str) -> Result<(), RunsError> {
        let by = named(by)?;
        let at = self.store.now().await?;
        let mut tries = self.tries(run);
        loop {
            let found = tries.look().await?;
            let visits = self.store.visits(run).await?;
            match copy(&found, &visits, step, new_id, &by, at) {
                Ok(copy) => match self.store.create(&copy).await? {
                    Created::Exists => return Err(RunsError::Exists { run: new_id.clone() }),
                    Created::Added { .. } => {
                        self.wake();
                        return Ok(());
                    }
                },
                Err(error) => tries.blame(&found, error).await?,
            }
        }
    }
}

fn copy(
    found: &StoredRun,
    visits: &[StoredVisit],
    step: &str,
    new_id: &RunId,
    by: &str,
    at: Timestamp,
) -> Result<NewRun, RunsError> {
    let definition = found.definition.read()?;
    let saved = found.saved(visits).and_then(|saved| saved.fork(step, &definition, new_id.clone(), at));
    let saved = saved.map_err(|error| RunsError::recover(&found.id, error))?;
    let behind = behind(&saved);
    let copied = |visit: &StoredVisit| NewVisit {
        sequence: visit.sequence,
        step: visit.step.clone(),
        result: visit.result.clone(),
        state: Some(visit.state.clone()),
    };
    Ok(NewRun {
        id: new_id.clone(),
        workflow: found.workflow.clone(),
        definition: found.definition.clone(),
        head: head_json(saved.head())?,
        due: None,
        step: Some(next_step(&saved, &definition)),
        hold: Some(written(&Hold::Adopt)?),
        visits: visits.iter().filter(|visit| visit.sequence <= behind).map(copied).collect(),
        worker: None,
        event: entry("forked", by, &json!({ "of": found.id, "step": step })),
    })
}
