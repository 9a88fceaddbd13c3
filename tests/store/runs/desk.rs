//! A store with runs in it, and a worker that is moved by hand: nothing happens between two calls.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow::engine::{Boundary, Position};
use stepflow::{
    Answer, AsyncWorkflow, Journal, Onward, Run, RunId, SaveFuture, SavedRun, StaticWorkflow, WorkflowStatus,
    load_state, save_state,
};
use stepflow_store::{
    Advance, Change, Claim, ClaimRequest, DefinitionText, Hold, MemoryStore, NewEvent, NewRun, NewVisit,
    RunStatus, Runs, SqliteStore, Store, StoredRun, WorkerId,
};

pub(crate) const LONG: Duration = Duration::from_secs(3600);

pub(crate) struct Desk {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) runs: Runs,
    workers: AtomicU32,
    /// What has to live as long as the store: its folder, or its database.
    _kept: Box<dyn Any + Send + Sync>,
}

/// How far a worker goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Until there is nothing to do.
    Idle,
    /// Until the body of a step that must not run twice is about to begin: there the process dies.
    Begun,
    /// Until the run is saved for the first time: there the process dies.
    Saved,
}

impl Desk {
    pub(crate) async fn memory() -> Option<Self> {
        Some(Self::with(Arc::new(MemoryStore::new()), ()))
    }

    #[cfg(unix)]
    pub(crate) async fn postgres() -> Option<Self> {
        let database = stepflow_tests::postgres::database()?;
        let store = stepflow_store::PostgresStore::connect(database.url()).await.unwrap();
        Some(Self::with(Arc::new(store), database))
    }

    pub(crate) async fn sqlite() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("runs.db")).unwrap();
        Some(Self::with(Arc::new(store), folder))
    }

    pub(crate) fn with(store: Arc<dyn Store>, kept: impl Any + Send + Sync) -> Self {
        let runs = Runs::new(store.clone());
        Self { store, runs, workers: AtomicU32::new(0), _kept: Box::new(kept) }
    }

    /// Adds a run.
    pub(crate) async fn add<W: StaticWorkflow>(&self, run: &RunId, state: &W::State)
    where
        W::State: Serialize + DeserializeOwned,
    {
        let at = self.store.now().await.unwrap();
        let saved = SavedRun::begin(W::DEFINITION, run.clone(), at);
        let state = save_state(state).unwrap();
        let run = NewRun {
            id: run.clone(),
            workflow: W::DEFINITION.name.to_string(),
            definition: DefinitionText::of(W::DEFINITION).unwrap(),
            head: saved.head().to_json().unwrap(),
            due: None,
            step: Some(W::DEFINITION.steps[0].name.to_string()),
            hold: None,
            visits: vec![NewVisit {
                sequence: 0,
                step: String::new(),
                result: "null".into(),
                state: Some(state),
            }],
            worker: None,
            event: event("created", "{}"),
        };
        self.store.create(&run).await.unwrap();
    }

    /// Adds a run and carries it on until there is nothing to do.
    pub(crate) async fn begin<W>(&self, run: &str, make: impl Fn(W::State) -> W, state: W::State) -> RunId
    where
        W: AsyncWorkflow + StaticWorkflow,
        W::State: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let run: RunId = run.parse().unwrap();
        self.add::<W>(&run, &state).await;
        self.work(make, Until::Idle).await;
        run
    }

    /// A worker takes every run of this workflow that is ready and carries it as far as it goes, and so on until
    /// none is ready.
    pub(crate) async fn work<W>(&self, make: impl Fn(W::State) -> W, until: Until)
    where
        W: AsyncWorkflow + StaticWorkflow,
        W::State: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let worker = self.worker().await;
        let workflows = vec![W::DEFINITION.name.to_string()];
        let request = ClaimRequest { worker: worker.clone(), workflows, limit: 10 };
        loop {
            let claimed = self.store.claim(&request).await.unwrap();
            if claimed.is_empty() {
                break;
            }
            for run in claimed {
                let claim = Claim { run: run.id.clone(), worker: worker.clone(), fence: run.fence };
                self.carry(claim, run, &make, until).await;
            }
            if until != Until::Idle {
                break;
            }
        }
        self.store.leave(&worker).await.unwrap();
    }

    pub(crate) async fn worker(&self) -> WorkerId {
        let worker = WorkerId::new(format!("desk/{}", self.workers.fetch_add(1, Ordering::Relaxed)));
        self.store.join(&worker, LONG).await.unwrap();
        worker
    }

    async fn carry<W>(&self, claim: Claim, mut run: StoredRun, make: impl Fn(W::State) -> W, until: Until)
    where
        W: AsyncWorkflow + StaticWorkflow,
        W::State: Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let visits = self.store.visits(&run.id).await.unwrap();
        let mut saved = run.saved(&visits).unwrap();
        let today = DefinitionText::of(W::DEFINITION).unwrap();
        let hold = run.hold.as_deref().map(|hold| serde_json::from_str::<Hold>(hold).unwrap());
        if hold == Some(Hold::Adopt) {
            saved = saved.at_step(run.step.as_deref().unwrap(), W::DEFINITION).unwrap();
            let head = saved.head().to_json().unwrap();
            let change = Change {
                definition: Some(today),
                head: Some(head),
                hold: Some(None),
                answer: Some(None),
                ..Change::default()
            };
            assert!(self.store.amend(&run.id, run.version, &change).await.unwrap());
            run.answer = None;
        } else if today.fingerprint != run.definition.fingerprint {
            let differences = vec!["everything has changed".to_owned()];
            return self.hold(&run, &Hold::DefinitionChanged { differences }).await;
        }
        let answer = run.answer.as_deref().map(|answer| serde_json::from_str::<Answer>(answer).unwrap());
        if matches!(saved.head().position(), Position::Begun { .. }) && answer.is_none() {
            let step = Advance {
                status: RunStatus::Unsettled,
                due: None,
                step: run.step.clone(),
                head: run.head.clone(),
                visit: None,
                release: true,
                event: Some(event("unsettled", &format!(r#"{{"step":"{}"}}"#, run.step.unwrap()))),
            };
            self.store.advance(&claim, &step).await.unwrap();
            return;
        }
        let state: W::State = load_state(&run.state).unwrap();
        let journal = Book { store: self.store.clone(), claim, until };
        Run::new(make(state)).run_id(run.id).run_saved(saved, answer, journal).await.unwrap();
    }

    /// Holds a run, as a runner does.
    pub(crate) async fn hold(&self, run: &StoredRun, hold: &Hold) {
        let hold = serde_json::to_string(hold).unwrap();
        let change = Change {
            status: Some(RunStatus::Held),
            event: Some(event("held", &hold)),
            hold: Some(Some(hold)),
            release: true,
            ..Change::default()
        };
        assert!(self.store.amend(&run.id, run.version, &change).await.unwrap());
    }

    pub(crate) async fn load(&self, run: &RunId) -> StoredRun {
        self.store.load(run).await.unwrap().unwrap()
    }

    /// The run with everything that belongs to it: equal where nothing has changed.
    pub(crate) async fn all(&self, run: &RunId) -> String {
        let (visits, events) = (self.store.visits(run).await.unwrap(), self.store.events(run).await.unwrap());
        format!("{:#?}\n{visits:#?}\n{events:#?}", self.load(run).await)
    }

    pub(crate) async fn status(&self, run: &RunId) -> RunStatus {
        self.load(run).await.status
    }

    /// The kinds of the log's entries.
    pub(crate) async fn log(&self, run: &RunId) -> Vec<String> {
        self.store.events(run).await.unwrap().into_iter().map(|event| event.kind).collect()
    }
}

fn event(kind: &str, data: &str) -> NewEvent {
    NewEvent { kind: kind.to_owned(), by: None, gate: None, data: data.to_owned() }
}

struct Book {
    store: Arc<dyn Store>,
    claim: Claim,
    until: Until,
}

impl<S: Serialize + DeserializeOwned + Sync> Journal<S> for Book {
    fn save(&mut self, boundary: &Boundary<'_>, state: &S) -> SaveFuture {
        let status = match boundary.status() {
            None => RunStatus::Ready,
            Some(WorkflowStatus::Succeeded) => RunStatus::Succeeded,
            Some(WorkflowStatus::Failed) => RunStatus::Failed,
            Some(WorkflowStatus::Cancelled) => RunStatus::Cancelled,
            Some(WorkflowStatus::Paused) => RunStatus::Paused,
            Some(other) => panic!("{other}"),
        };
        let visit = boundary.visit().map(|visit| NewVisit {
            sequence: visit.sequence().unwrap(),
            step: visit.name().to_owned(),
            result: boundary.visit_json().unwrap().unwrap(),
            state: (!boundary.keeps_state()).then(|| save_state(state).unwrap()),
        });
        let dies = match self.until {
            Until::Idle => false,
            Until::Begun => matches!(boundary.position(), Position::Begun { .. }),
            Until::Saved => true,
        };
        let step = Advance {
            status,
            due: boundary.position().due().map(|due| due.timestamp()),
            step: boundary.step_name().map(str::to_owned),
            head: boundary.head_json().unwrap(),
            visit,
            release: boundary.status().is_some(),
            event: None,
        };
        let (store, claim) = (self.store.clone(), self.claim.clone());
        Box::pin(async move {
            store.advance(&claim, &step).await?;
            Ok(if dies { Onward::Stop } else { Onward::GoOn })
        })
    }
}
