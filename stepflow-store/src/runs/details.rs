//! One run, with all that there is to know of it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use stepflow::engine::Position;
use stepflow::{
    Answer, RecoverError, RunId, RunRecord, SavedRun, StepResult, StepStatus, Timestamp, WorkflowDefinition,
};

use super::hold::hold;
use super::pending::{question, value};
use super::{LogEntry, Question, Runs, RunsError};
use crate::parts::{Hold, Wish};
use crate::store::{RunStatus, StoredEvent, StoredRun, StoredVisit, WorkerId};

/// One run, with all that there is to know of it, as it was at one moment.
///
/// As JSON it is an object with these fields; the record stands there under `record`, or what is wrong with it
/// under `damage`, and the [timeline](Self::timeline) as a list of `{"at", "visit"}` and `{"at", "log"}`, by
/// sequence and by number.
#[derive(Debug)]
pub struct RunDetails {
    /// Its id.
    pub run: RunId,
    /// The workflow's public name.
    pub workflow: String,
    /// Where it is.
    pub status: RunStatus,
    /// The step that it is at.
    pub step: Option<String>,
    /// Counts the changes of it: while this is the same, so is the rest.
    pub version: u64,
    /// The definition that it is a run of, as it was when the run began or was last adopted.
    pub definition: WorkflowDefinition,
    /// What it asks of a person, if it waits for one.
    pub question: Option<Question>,
    /// The attempt that was broken off, or is to be made once more.
    pub attempt: Option<AttemptDetails>,
    /// Who carries it out at the moment.
    pub worker: Option<WorkerId>,
    /// How often it was taken up since it was last saved.
    pub claims: u32,
    /// When it goes on, where it waits for a moment.
    pub due: Option<Timestamp>,
    /// Why nobody may take it, or by which definition it goes on.
    pub hold: Option<Hold>,
    /// Who wants it to be cancelled.
    pub cancel: Option<Wish>,
    /// What a person answered, until whoever carries it on has made that part of it.
    pub answer: Option<Answer>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it finished.
    pub finished_at: Option<Timestamp>,
    /// The state that it began with. States that are no JSON any more are shown as texts.
    pub initial_state: Value,
    /// The state as it is.
    pub state: Value,
    /// Its record, as it was in the memory of the process that saved it; or what is wrong with what is kept.
    pub record: Result<RunRecord, RecoverError>,
    /// Its visits to steps in the order in which they happened, each with the state after it. One that cannot be
    /// read is left out.
    pub visits: Vec<VisitDetails>,
    /// What happened to it besides, oldest first.
    pub log: Vec<LogEntry>,
}

/// An attempt that was broken off, or is to be made once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttemptDetails {
    /// The step.
    pub step: String,
    /// How many attempts have failed in this visit.
    pub failed: u32,
    /// When the first attempt of this visit began.
    pub begun: Timestamp,
    /// Why the last one failed.
    pub error: Option<String>,
}

/// One visit to a step.
#[derive(Debug, Serialize)]
pub struct VisitDetails {
    /// Its place among the visits of the run, counted from 1.
    pub sequence: u32,
    /// The step.
    pub step: String,
    /// Which visit to that step it is, counted from 1. A visit that only asked for an approval and the one that
    /// went on with it have the same number.
    pub visit: u32,
    /// When it was last saved, by the clock of the store.
    pub saved_at: Timestamp,
    /// What came of it: attempts, output, error, decision, children and times.
    pub result: StepResult,
    /// The state after it.
    pub state: Value,
}

/// What happened, in order: a visit to a step, or something that somebody did.
#[derive(Debug, Clone, Copy)]
pub enum TimelineEntry<'a> {
    /// An entry in the log.
    Log(&'a LogEntry),
    /// A visit to a step.
    Visit(&'a VisitDetails),
}

impl Runs {
    /// One run, with all that there is to know of it.
    ///
    /// # Errors
    ///
    /// When there is no such run, or the store cannot be used. A run that is damaged is shown as far as it can
    /// be read.
    ///
    /// ```
    /// use stepflow_store::{MemoryStore, RunStatus, Runner, TimelineEntry};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let run = runner.runs().get(&"night-shift".parse()?).await?;
    /// assert_eq!((run.status, run.step.as_deref(), &run.state), (RunStatus::Paused, Some("open"), &false.into()));
    ///
    /// let told: Vec<String> = run
    ///     .timeline()
    ///     .into_iter()
    ///     .map(|entry| match entry {
    ///         TimelineEntry::Log(entry) => entry.to_string(),
    ///         TimelineEntry::Visit(visit) => format!("{}: {}", visit.step, visit.result.status()),
    ///     })
    ///     .collect();
    /// assert_eq!(told, ["added", "open: paused"]);
    /// # Ok(()) }
    /// ```
    pub async fn get(&self, run: &RunId) -> Result<RunDetails, RunsError> {
        let mut tries = self.tries(run);
        loop {
            let found = tries.look().await?;
            let visits = self.store.visits(run).await?;
            let events = self.store.events(run).await?;
            // What was read in between belongs together only if nothing changed.
            if self.load(run).await?.version == found.version {
                return details(found, &visits, &events);
            }
        }
    }
}

impl Runs {
    /// The run's [version](RunDetails::version) alone: whether it has changed since somebody looked at it.
    ///
    /// # Errors
    ///
    /// When there is no such run, or the store cannot be used.
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
    /// let seen = runs.get(&run).await?.version;
    /// assert_eq!(runs.version(&run).await?, seen);
    /// runs.cancel(&run, "noor", None).await?;
    /// assert!(runs.version(&run).await? > seen);
    /// # Ok(()) }
    /// ```
    pub async fn version(&self, run: &RunId) -> Result<u64, RunsError> {
        Ok(self.load(run).await?.version)
    }
}

impl RunDetails {
    /// The state before a visit, by the visit's sequence.
    #[must_use]
    pub fn state_before(&self, sequence: u32) -> Option<&Value> {
        let before = self.visits.iter().rev().find(|visit| visit.sequence < sequence);
        let visit = self.visits.iter().find(|visit| visit.sequence == sequence)?;
        match before {
            None => Some(&self.initial_state),
            Some(before) => (before.sequence + 1 == visit.sequence).then_some(&before.state),
        }
    }

    /// The state after a visit, by the visit's sequence.
    #[must_use]
    pub fn state_after(&self, sequence: u32) -> Option<&Value> {
        self.visits.iter().find(|visit| visit.sequence == sequence).map(|visit| &visit.state)
    }

    /// Visits and log in the order in which things happened: a visit stands where it began.
    #[must_use]
    pub fn timeline(&self) -> Vec<TimelineEntry<'_>> {
        self.dated().into_iter().map(|(_, entry)| entry).collect()
    }

    fn dated(&self) -> Vec<(Timestamp, TimelineEntry<'_>)> {
        let mut saved_before = self.created_at;
        let mut entries: Vec<_> =
            self.log.iter().map(|entry| (entry.at, TimelineEntry::Log(entry))).collect();
        for visit in &self.visits {
            // The clocks of the store and of the worker may differ: a visit began after the one before it was
            // saved, and before it was saved itself.
            let earliest = saved_before.min(visit.saved_at);
            let began = visit.result.started_at().unwrap_or(visit.saved_at).clamp(earliest, visit.saved_at);
            entries.push((began, TimelineEntry::Visit(visit)));
            saved_before = visit.saved_at;
        }
        entries.sort_by_key(|(at, _)| *at);
        entries
    }
}

fn details(
    found: StoredRun,
    visits: &[StoredVisit],
    events: &[StoredEvent],
) -> Result<RunDetails, RunsError> {
    let definition = found.definition.read()?;
    let attempt = SavedRun::from_json(found.id.clone(), &found.head, [])
        .ok()
        .and_then(|saved| attempt(saved.head().position(), &definition));
    let waits = matches!(found.status, RunStatus::Paused | RunStatus::Unsettled);
    let asked = waits.then(|| question(&found).ok()).flatten();
    let initial = visits.iter().find(|visit| visit.sequence == 0);
    Ok(RunDetails {
        attempt,
        record: found.saved(visits).and_then(|saved| saved.into_record(&definition)),
        question: asked.map(|(_, question, _)| question),
        initial_state: initial.map_or(Value::Null, |visit| value(&visit.state)),
        state: value(&found.state),
        visits: read_visits(visits),
        log: events.iter().map(LogEntry::read).collect(),
        hold: hold(found.hold.as_deref()),
        cancel: found.cancel.as_deref().and_then(|wish| serde_json::from_str(wish).ok()),
        answer: found.answer.as_deref().and_then(|answer| serde_json::from_str(answer).ok()),
        worker: found.worker.filter(|_| found.held),
        run: found.id,
        workflow: found.workflow,
        status: found.status,
        step: found.step,
        version: found.version,
        definition,
        claims: found.claims,
        due: found.due,
        created_at: found.created_at,
        updated_at: found.updated_at,
        finished_at: found.finished_at,
    })
}

fn attempt(position: &Position, definition: &WorkflowDefinition) -> Option<AttemptDetails> {
    let (step, failed, begun, error) = match position {
        Position::Begun { step, failed, begun, .. } => (*step, *failed, *begun, None),
        Position::Retry { step, failed, begun, error, .. } => (*step, *failed, *begun, Some(error.clone())),
        _ => return None,
    };
    let step = definition.steps.get(step)?.name.to_string();
    Some(AttemptDetails { step, failed, begun: begun.timestamp(), error })
}

fn read_visits(stored: &[StoredVisit]) -> Vec<VisitDetails> {
    let mut visits: Vec<VisitDetails> = Vec::new();
    for visit in stored.iter().filter(|visit| visit.sequence > 0) {
        let Ok(result) = serde_json::from_str(&visit.result) else { continue };
        let earlier = visits
            .iter()
            .filter(|earlier| earlier.step == visit.step && earlier.result.status() != StepStatus::Paused);
        visits.push(VisitDetails {
            sequence: visit.sequence,
            step: visit.step.clone(),
            visit: u32::try_from(earlier.count()).unwrap_or(u32::MAX).saturating_add(1),
            saved_at: visit.at,
            result,
            state: value(&visit.state),
        });
    }
    visits
}

impl Serialize for RunDetails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("run", &self.run)?;
        map.serialize_entry("workflow", &self.workflow)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("step", &self.step)?;
        map.serialize_entry("version", &self.version)?;
        map.serialize_entry("fingerprint", &self.definition.fingerprint().to_string())?;
        map.serialize_entry("question", &self.question)?;
        map.serialize_entry("attempt", &self.attempt)?;
        map.serialize_entry("worker", &self.worker)?;
        map.serialize_entry("claims", &self.claims)?;
        map.serialize_entry("due", &self.due)?;
        map.serialize_entry("hold", &self.hold)?;
        map.serialize_entry("cancel", &self.cancel)?;
        map.serialize_entry("answer", &self.answer)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("updated_at", &self.updated_at)?;
        map.serialize_entry("finished_at", &self.finished_at)?;
        map.serialize_entry("initial_state", &self.initial_state)?;
        map.serialize_entry("state", &self.state)?;
        map.serialize_entry("damage", &self.record.as_ref().err().map(ToString::to_string))?;
        map.serialize_entry("record", &self.record.as_ref().ok())?;
        map.serialize_entry("visits", &self.visits)?;
        map.serialize_entry("log", &self.log)?;
        map.serialize_entry("timeline", &self.dated().iter().map(Dated).collect::<Vec<_>>())?;
        map.end()
    }
}

struct Dated<'a>(&'a (Timestamp, TimelineEntry<'a>));

impl Serialize for Dated<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (at, entry) = self.0;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("at", at)?;
        match entry {
            TimelineEntry::Log(entry) => map.serialize_entry("log", &entry.number)?,
            TimelineEntry::Visit(visit) => map.serialize_entry("visit", &visit.sequence)?,
        }
        map.end()
    }
}
