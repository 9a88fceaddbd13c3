//! Runs and workers to try the database with.

use std::time::Duration;

use stepflow::RunId;
use stepflow_store::{
    Advance, Claim, ClaimRequest, Created, DefinitionText, NewEvent, NewRun, NewVisit, PostgresStore,
    RunStatus, Store, StoreError, WorkerId,
};
use stepflow_tests::postgres::Database;

pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);

pub(super) async fn open(database: &Database) -> PostgresStore {
    PostgresStore::connect(database.url()).await.expect("the database is there")
}

pub(super) fn id(name: &str) -> RunId {
    name.parse().expect("a name for a run")
}

pub(super) fn new_run(name: &str, worker: Option<&WorkerId>) -> NewRun {
    NewRun {
        id: id(name),
        workflow: "Refund".into(),
        definition: DefinitionText { key: "k".into(), fingerprint: "f".into(), json: "{}".into() },
        head: r#"{"n":0}"#.into(),
        due: None,
        step: Some("check".into()),
        visits: vec![visit(0)],
        worker: worker.cloned(),
        hold: None,
        event: event("created"),
    }
}

pub(super) fn event(kind: &str) -> NewEvent {
    NewEvent { kind: kind.into(), by: None, gate: None, data: "{}".into() }
}

pub(super) fn visit(sequence: u32) -> NewVisit {
    NewVisit {
        sequence,
        step: "check".into(),
        result: "null".into(),
        state: Some(format!(r#"{{"n":{sequence}}}"#)),
    }
}

/// A boundary whose head and state tell the same number.
pub(super) fn boundary(sequence: u32, release: bool) -> Advance {
    Advance {
        status: RunStatus::Ready,
        due: None,
        step: Some("check".into()),
        head: format!(r#"{{"n":{sequence}}}"#),
        visit: Some(visit(sequence)),
        release,
        event: None,
    }
}

/// A worker that has joined.
pub(super) async fn worker(store: &impl Store, name: &str) -> WorkerId {
    let worker = WorkerId::new(name);
    store.join(&worker, HOUR).await.expect("the worker joins");
    worker
}

/// A run that this worker holds.
pub(super) async fn held(store: &impl Store, name: &str, worker: &WorkerId) -> Claim {
    let created = store.create(&new_run(name, Some(worker))).await.expect("the run is added");
    let Created::Added { fence } = created else { panic!("there is a run {name} already") };
    Claim { run: id(name), worker: worker.clone(), fence }
}

pub(super) fn request(worker: &WorkerId) -> ClaimRequest {
    ClaimRequest { worker: worker.clone(), workflows: vec!["Refund".into()], limit: 10 }
}

/// Everything that the error tells anybody: its text, those of its causes, and what `{:?}` shows.
pub(super) fn told(error: &StoreError) -> String {
    let mut told = format!("{error:?}");
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        told = format!("{told}\n{error}");
        cause = error.source();
    }
    told
}
