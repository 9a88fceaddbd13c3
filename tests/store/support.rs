//! Runs and workers to try any store with.

use std::time::Duration;

use stepflow::RunId;
use stepflow_store::{
    Advance, Claim, ClaimRequest, Created, DefinitionText, NewEvent, NewRun, NewVisit, RunStatus, Store,
    WorkerId,
};

pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

pub(crate) fn id(name: &str) -> RunId {
    name.parse().expect("a name for a run")
}

pub(crate) fn new_run(name: &str, worker: Option<&WorkerId>) -> NewRun {
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

pub(crate) fn event(kind: &str) -> NewEvent {
    NewEvent { kind: kind.into(), by: None, gate: None, data: "{}".into() }
}

pub(crate) fn visit(sequence: u32) -> NewVisit {
    let state = Some(format!(r#"{{"n":{sequence}}}"#));
    NewVisit { sequence, step: "check".into(), result: "null".into(), state }
}

/// A boundary whose head and state tell the same number.
pub(crate) fn boundary(sequence: u32) -> Advance {
    Advance {
        status: RunStatus::Ready,
        due: None,
        step: Some("check".into()),
        head: format!(r#"{{"n":{sequence}}}"#),
        visit: Some(visit(sequence)),
        release: false,
        event: None,
    }
}

/// A worker that has joined.
pub(crate) async fn worker(store: &(impl Store + ?Sized), name: &str) -> WorkerId {
    let worker = WorkerId::new(name);
    store.join(&worker, HOUR).await.expect("the worker joins");
    worker
}

/// A run that this worker holds.
pub(crate) async fn held(store: &(impl Store + ?Sized), name: &str, worker: &WorkerId) -> Claim {
    let created = store.create(&new_run(name, Some(worker))).await.expect("the run is added");
    let Created::Added { fence } = created else { panic!("there is a run {name} already") };
    Claim { run: id(name), worker: worker.clone(), fence }
}

pub(crate) fn request(worker: &WorkerId) -> ClaimRequest {
    ClaimRequest { worker: worker.clone(), workflows: vec!["Refund".into()], limit: 10 }
}
