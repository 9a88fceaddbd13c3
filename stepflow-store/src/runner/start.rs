//! Starts a run.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use stepflow::{CheckpointError, Clock, DefinitionRef, RunId, SavedRun, Workflow, save_state};

use super::carry::{self, Taken};
use super::error::StartError;
use super::handle::RunHandle;
use super::held::event;
use super::registry::{Entry, is_same};
use super::shared::Shared;
use crate::{Created, NewRun, NewVisit, RunStatus, StoreError, StoredRun, StoredVisit, WorkerId};

/// What to do about a run of the same id.
///
/// ```
/// use stepflow_store::Existing;
///
/// // A message that comes twice is answered twice, and starts one run.
/// assert_eq!(Existing::default(), Existing::Return);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Existing {
    /// It is an error.
    Refuse,
    /// That run is the one that was meant: whoever starts it twice has started it once. The state that was
    /// given is not looked at.
    #[default]
    Return,
}

/// A run about to be started: it is with `.await`. What [`Runner::start`](super::Runner::start) gives.
///
/// ```
/// use stepflow::workflow;
/// use stepflow_store::{Existing, MemoryStore, Runner};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::builder(MemoryStore::new()).register(|state| Parcel { state }).start().await?;
/// let run = runner.start("p1".parse()?, Parcel { state: 0 }).if_exists(Existing::Refuse).await?;
/// assert!(run.is_new());
/// # Ok(()) }
/// ```
#[must_use = "a run is started when this is awaited"]
pub struct StartRun {
    shared: Arc<Shared>,
    id: RunId,
    definition: DefinitionRef,
    state: Result<String, CheckpointError>,
    existing: Existing,
}

impl StartRun {
    pub(super) fn new<W>(shared: Arc<Shared>, id: RunId, workflow: W) -> Self
    where
        W: Workflow,
        W::State: Serialize + DeserializeOwned,
    {
        let (definition, state) = (workflow.definition(), save_state(&workflow.into_state()));
        Self { shared, id, definition, state, existing: Existing::default() }
    }

    /// What to do about a run that has this id already; when nothing is said, it is [returned](Existing::Return).
    pub fn if_exists(mut self, existing: Existing) -> Self {
        self.existing = existing;
        self
    }

    async fn start(self) -> Result<RunHandle, StartError> {
        let Self { shared, id, definition, state, existing } = self;
        if shared.draining.is_cancelled() || shared.stopped.is_cancelled() {
            return Err(StartError::Draining);
        }
        let entry = registered(&shared, &definition)?;
        let begin = Begin {
            state: state?,
            saved: SavedRun::begin(&entry.definition, id.clone(), shared.clock.now()),
        };
        let failed = |source| StartError::Store { run: id.clone(), source };
        loop {
            if begin.create(&shared, &entry).await.map_err(failed)? {
                return Ok(RunHandle::new(shared, id, true));
            }
            // One that is deleted in between is added after all.
            let Some(found) = shared.store.load(&id).await.map_err(failed)? else { continue };
            if *found.workflow != *entry.definition.name {
                let asked = entry.definition.name.to_string();
                return Err(StartError::OtherWorkflow { run: id, found: found.workflow, asked });
            }
            return match existing {
                Existing::Refuse => Err(StartError::Exists { run: id, status: found.status }),
                Existing::Return => Ok(RunHandle::new(shared, id, false)),
            };
        }
    }
}

impl IntoFuture for StartRun {
    type Output = Result<RunHandle, StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.start())
    }
}

impl fmt::Debug for StartRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartRun")
            .field("id", &self.id)
            .field("workflow", &self.definition.name)
            .field("existing", &self.existing)
            .finish_non_exhaustive()
    }
}

fn registered(shared: &Shared, definition: &DefinitionRef) -> Result<Arc<Entry>, StartError> {
    let workflow = definition.name.to_string();
    let Some(entry) = shared.registry.get(&workflow) else {
        return Err(StartError::NotRegistered { workflow });
    };
    if !is_same(definition, &entry.definition) {
        let differences = entry.definition.outline().differences(&definition.outline());
        let differences = differences.iter().map(ToString::to_string).collect();
        return Err(StartError::OtherDefinition { workflow, differences });
    }
    Ok(Arc::clone(entry))
}

/// A run that is to be added.
struct Begin {
    state: String,
    saved: SavedRun,
}

impl Begin {
    /// Adds the run, and begins to carry it out if there is room. Answers whether it was added.
    async fn create(&self, shared: &Arc<Shared>, entry: &Entry) -> Result<bool, StoreError> {
        let due = self.saved.head().position().due().map(|due| due.timestamp());
        let soon = due.is_none_or(|due| shared.clock.until(due) <= shared.settings.park_after);
        let membership = shared.membership();
        let room = Arc::clone(&shared.room).try_acquire_owned().ok();
        let mut room = room.filter(|_| soon && !membership.gone.is_cancelled());
        loop {
            let new = self.new_run(entry, room.as_ref().map(|_| membership.worker.clone()))?;
            let created = match shared.store.create(&new).await {
                // Somebody will find the run.
                Err(error) if error.is_lease_lost() && room.take().is_some() => {
                    shared.beat.notify_one();
                    continue;
                }
                created => created?,
            };
            let Created::Added { fence } = created else { return Ok(false) };
            match room {
                Some(room) => carry::spawn(shared, &membership, taken(new, fence, shared), room),
                None => {
                    due.into_iter().for_each(|due| shared.set_alarm(due));
                    shared.wake.notify_one();
                }
            }
            return Ok(true);
        }
    }

    fn new_run(&self, entry: &Entry, worker: Option<WorkerId>) -> Result<NewRun, StoreError> {
        let head = self.saved.head();
        let unwritable = |error| StoreError::refused("the run has no JSON").caused_by(error);
        let first = NewVisit {
            sequence: 0,
            step: String::new(),
            result: "null".to_owned(),
            state: Some(self.state.clone()),
        };
        let step = head.position().step().and_then(|step| entry.definition.steps.get(step));
        Ok(NewRun {
            id: self.saved.run_id().clone(),
            workflow: entry.definition.name.to_string(),
            definition: entry.text.clone(),
            head: head.to_json().map_err(unwritable)?,
            due: head.position().due().map(|due| due.timestamp()),
            step: step.map(|step| step.name.to_string()),
            visits: vec![first],
            worker,
            hold: None,
            event: event("created", &json!({})),
        })
    }
}

/// The run as the store has it now: it need not be asked for it.
fn taken(new: NewRun, fence: u64, shared: &Shared) -> Taken {
    let now = shared.clock.now();
    let state = new.visits.into_iter().next().and_then(|visit| visit.state).unwrap_or_default();
    let first = StoredVisit {
        sequence: 0,
        step: String::new(),
        result: "null".to_owned(),
        state: state.clone(),
        at: now,
    };
    let run = StoredRun {
        id: new.id,
        workflow: new.workflow,
        definition: new.definition,
        status: RunStatus::Ready,
        version: 1,
        fence,
        worker: new.worker,
        held: true,
        claims: 1,
        due: new.due,
        step: new.step,
        head: new.head,
        state,
        answer: None,
        hold: None,
        cancel: None,
        created_at: now,
        updated_at: now,
        finished_at: None,
    };
    Taken { run, visits: Some(vec![first]) }
}
