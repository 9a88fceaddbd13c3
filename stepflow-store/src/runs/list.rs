//! Lists of runs.

use serde::{Serialize, Serializer};
use stepflow::{RunId, Timestamp};

use super::hold::hold;
use super::{Runs, RunsError};
use crate::parts::Hold;
use crate::store::{Cursor, RunQuery, RunStatus, Summary};

/// Some runs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<RunSummary>,
    /// Where the next page begins; `None` after the last.
    #[serde(serialize_with = "cursor")]
    pub next: Option<Cursor>,
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunSummary {
    /// Its id.
    pub run: RunId,
    /// The workflow's public name.
    pub workflow: String,
    /// Where it is.
    pub status: RunStatus,
    /// The step that it is at.
    pub step: Option<String>,
    /// Whether somebody carries it out at the moment.
    pub running: bool,
    /// When it goes on, where it waits for a moment.
    pub due: Option<Timestamp>,
    /// Why nobody may take it.
    pub hold: Option<Hold>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it finished.
    pub finished_at: Option<Timestamp>,
}

impl Runs {
    /// Some of the runs, newest first, and where the next page begins.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, RunQuery, RunStatus, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let runs = runner.runs();
    /// let mut query = RunQuery { statuses: vec![RunStatus::Paused], limit: 20, ..RunQuery::default() };
    /// let mut found = vec![];
    /// loop {
    ///     let page = runs.list(&query).await?;
    ///     found.extend(page.runs.into_iter().map(|run| run.run.to_string()));
    ///     let Some(next) = page.next else { break };
    ///     query.after = Some(next);
    /// }
    /// assert_eq!(found, ["night-shift"]);
    /// # Ok(()) }
    /// ```
    pub async fn list(&self, query: &RunQuery) -> Result<RunPage, RunsError> {
        let page = self.store.list(query).await?;
        Ok(RunPage { runs: page.runs.into_iter().map(summary).collect(), next: page.next })
    }
}

fn summary(found: Summary) -> RunSummary {
    RunSummary {
        run: found.id,
        workflow: found.workflow,
        status: found.status,
        step: found.step,
        running: found.held,
        due: found.due,
        hold: hold(found.hold.as_deref()),
        created_at: found.created_at,
        updated_at: found.updated_at,
        finished_at: found.finished_at,
    }
}

pub(super) fn cursor<S: Serializer>(cursor: &Option<Cursor>, serializer: S) -> Result<S::Ok, S::Error> {
    cursor.as_ref().map(ToString::to_string).serialize(serializer)
}
