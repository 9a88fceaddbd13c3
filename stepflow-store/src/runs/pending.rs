//! Who waits for what.

use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use stepflow::engine::Position;
use stepflow::{GateId, RecoverError, RunId, SavedRun, Timestamp};

use super::list::cursor;
use super::{Runs, RunsError};
use crate::store::{Cursor, RunQuery, RunStatus, StoredRun};

/// Which of the runs that wait for a person to list, and how many at a time. Without anything said, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingQuery {
    /// Runs of this workflow only, by its public name.
    pub workflow: Option<String>,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many at most; between 1 and 1,000, and what is beyond is brought back to that.
    pub limit: u32,
}

impl Default for PendingQuery {
    fn default() -> Self {
        Self { workflow: None, after: None, limit: 50 }
    }
}

/// Some of the runs that wait for a person; those that were added last come first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PendingPage {
    /// The runs, with what they ask. One that was answered while the page was put together is left out, so there
    /// may be fewer than asked for.
    pub waiting: Vec<Pending>,
    /// Runs that wait, but cannot say for what: what is kept of them is damaged.
    pub damaged: Vec<DamagedRun>,
    /// Where the next page begins; `None` after the last.
    #[serde(serialize_with = "cursor")]
    pub next: Option<Cursor>,
}

/// A run that waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pending {
    /// The run.
    pub run: RunId,
    /// The workflow's public name.
    pub workflow: String,
    /// The step that is not to run without an answer.
    pub step: String,
    /// What it asks.
    #[serde(flatten)]
    pub question: Question,
    /// Since when.
    pub since: Timestamp,
    /// How long that is, by the clock of the store. As JSON it is `waiting_seconds`.
    #[serde(rename = "waiting_seconds", serialize_with = "seconds")]
    pub waiting: Duration,
    /// The state that the question is about.
    pub state: Value,
}

/// What a run asks of a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "asks", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Question {
    /// Whether the step may run: [`Runs::decide`] answers it.
    Approval {
        /// Names the question.
        gate: GateId,
        /// The question in words, if the step has any.
        message: Option<String>,
        /// What the step says besides; empty if nothing.
        metadata: Map<String, Value>,
    },
    /// Whether a step that must not run twice did its work before it was broken off: [`Runs::settle`] answers
    /// it.
    Settlement {
        /// When the attempt began.
        begun: Timestamp,
        /// The keys of the step's routes, of which the answer has to name one; empty where it has none.
        routes: Vec<String>,
    },
}

/// A run that waits, and cannot say for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedRun {
    /// The run.
    pub run: RunId,
    /// What is wrong with it.
    pub why: String,
}

impl Runs {
    /// The runs that wait for a person: at a gate, or to be told whether a step did its work. Each with what it
    /// asks, since when, and the state that the question is about.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, PendingQuery, Question, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let page = runner.runs().pending(&PendingQuery::default()).await?;
    /// let waiting = &page.waiting[0];
    /// assert_eq!((waiting.workflow.as_str(), waiting.step.as_str(), &waiting.state), ("Valve", "open", &false.into()));
    /// match &waiting.question {
    ///     Question::Approval { gate, .. } => assert_eq!(gate.to_string(), "night-shift/open/1/1"),
    ///     other => return Err(format!("{other:?}").into()),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn pending(&self, query: &PendingQuery) -> Result<PendingPage, RunsError> {
        let query = RunQuery {
            workflow: query.workflow.clone(),
            statuses: vec![RunStatus::Paused, RunStatus::Unsettled],
            after: query.after.clone(),
            limit: query.limit,
            ..RunQuery::default()
        };
        let found = self.store.list(&query).await?;
        let now = self.store.now().await?;
        let mut page = PendingPage { waiting: Vec::new(), damaged: Vec::new(), next: found.next };
        for summary in found.runs {
            let Some(run) = self.store.load(&summary.id).await? else { continue };
            match asked(run, now) {
                Ok(waiting) => page.waiting.extend(waiting),
                Err(RunsError::Damaged { run, source }) => {
                    page.damaged.push(DamagedRun { run, why: source.to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(page)
    }

    /// What this run asks of a person, if it asks anything.
    ///
    /// # Errors
    ///
    /// When there is no such run, or what is kept of it is damaged.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let runs = runner.runs();
    /// let waiting = runs.question(&"night-shift".parse()?).await?.ok_or("it waits for nobody")?;
    /// assert_eq!(waiting.step, "open");
    /// # Ok(()) }
    /// ```
    pub async fn question(&self, run: &RunId) -> Result<Option<Pending>, RunsError> {
        let found = self.load(run).await?;
        asked(found, self.store.now().await?)
    }
}

fn asked(found: StoredRun, now: Timestamp) -> Result<Option<Pending>, RunsError> {
    if !matches!(found.status, RunStatus::Paused | RunStatus::Unsettled) {
        return Ok(None);
    }
    let (step, question, since) = question(&found)?;
    let waiting = Duration::try_from(now.duration_since(since)).unwrap_or_default();
    let state = value(&found.state);
    let (run, workflow) = (found.id, found.workflow);
    Ok(Some(Pending { run, workflow, step, question, since, waiting, state }))
}

/// What a run that waits for a person asks: about which step, what, and since when.
pub(super) fn question(found: &StoredRun) -> Result<(String, Question, Timestamp), RunsError> {
    let saved = SavedRun::from_json(found.id.clone(), &found.head, []);
    let saved = saved.map_err(|error| RunsError::recover(&found.id, error))?;
    let head = saved.head();
    if let (Some(pause), Some(gate)) = (head.pause(), saved.gate()) {
        let (message, metadata) = (pause.message().map(str::to_owned), pause.metadata().clone());
        let question = Question::Approval { gate, message, metadata };
        return Ok((pause.step_name().to_owned(), question, pause.created_at()));
    }
    let definition = found.definition.read()?;
    if let Position::Begun { step, begun, .. } = *head.position()
        && let Some(step) = definition.steps.get(step)
    {
        let routes = step.routes.iter().map(|route| route.key.to_string()).collect();
        let question = Question::Settlement { begun: begun.timestamp(), routes };
        return Ok((step.name.to_string(), question, found.updated_at));
    }
    let why = format!("it is {}, and asks nothing", found.status);
    Err(RunsError::recover(&found.id, RecoverError::Inconsistent { why }))
}

/// A state; what is no JSON is shown as the text that it is.
pub(super) fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| Value::String(json.to_owned()))
}

fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}
