//! Runs, boundaries and workers to try a store with.

use std::sync::Arc;
use std::time::Duration;

use stepflow::{BoxError, RunId, Timestamp};

use crate::{
    Advance, Change, Claim, ClaimRequest, Created, DefinitionText, NewEvent, NewRun, NewVisit, RunStatus,
    Store, StoredRun, WorkerId,
};

pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

pub(crate) fn id(text: &str) -> Result<RunId, BoxError> {
    Ok(text.parse()?)
}

pub(crate) fn definition(name: &str) -> DefinitionText {
    DefinitionText {
        key: format!("key of {name}"),
        fingerprint: format!("fingerprint of {name}"),
        json: format!(r#"{{"name":"{name}","steps":[]}}"#),
    }
}

pub(crate) fn new_run(name: &str) -> Result<NewRun, BoxError> {
    Ok(NewRun {
        id: id(name)?,
        workflow: "Refund".into(),
        definition: definition("Refund"),
        head: r#"{"at":0}"#.into(),
        due: None,
        step: Some("check".into()),
        visits: vec![visit(0, Some(r#"{"n":0}"#))],
        worker: None,
        hold: None,
        event: event("created"),
    })
}

pub(crate) fn visit(sequence: u32, state: Option<&str>) -> NewVisit {
    NewVisit {
        sequence,
        step: if sequence == 0 { String::new() } else { format!("step {sequence}") },
        result: format!(r#"{{"sequence":{sequence}}}"#),
        state: state.map(Into::into),
    }
}

pub(crate) fn event(kind: &str) -> NewEvent {
    NewEvent { kind: kind.into(), by: None, gate: None, data: "{}".into() }
}

pub(crate) fn decision(gate: &str, by: &str) -> NewEvent {
    NewEvent {
        kind: "decided".into(),
        by: Some(by.into()),
        gate: Some(gate.into()),
        data: format!(r#"{{"by":"{by}"}}"#),
    }
}

/// The end of a step.
pub(crate) fn boundary(sequence: u32) -> Advance {
    Advance {
        status: RunStatus::Ready,
        due: None,
        step: Some(format!("step {}", sequence + 1)),
        head: format!(r#"{{"at":{sequence}}}"#),
        visit: Some(visit(sequence, Some(&format!(r#"{{"n":{sequence}}}"#)))),
        release: false,
        event: None,
    }
}

/// A boundary after which the run is let go of.
pub(crate) fn release(status: RunStatus) -> Advance {
    Advance { status, release: true, visit: None, ..boundary(1) }
}

pub(crate) fn cancellation() -> Change {
    Change { cancel: Some(Some("Kim".into())), ..Change::default() }
}

pub(crate) async fn worker(store: &Arc<dyn Store>, name: &str) -> Result<WorkerId, BoxError> {
    let worker = WorkerId::new(name);
    store.join(&worker, HOUR).await?;
    Ok(worker)
}

/// Ends a worker's lease without waiting for it.
pub(crate) async fn end_lease(store: &Arc<dyn Store>, worker: &WorkerId) -> Result<(), BoxError> {
    store.renew(worker, Duration::ZERO).await?;
    Ok(())
}

/// Adds a run that nobody holds.
pub(crate) async fn add(store: &Arc<dyn Store>, name: &str) -> Result<StoredRun, BoxError> {
    store.create(&new_run(name)?).await?;
    load(store, &id(name)?).await
}

/// Adds a run that a worker holds.
pub(crate) async fn hold(store: &Arc<dyn Store>, name: &str, worker: &WorkerId) -> Result<Claim, BoxError> {
    let run = NewRun { worker: Some(worker.clone()), ..new_run(name)? };
    match store.create(&run).await? {
        Created::Added { fence } => Ok(Claim { run: run.id, worker: worker.clone(), fence }),
        Created::Exists => Err(format!("there is a run {name} already").into()),
    }
}

pub(crate) async fn load(store: &Arc<dyn Store>, run: &RunId) -> Result<StoredRun, BoxError> {
    store.load(run).await?.ok_or_else(|| format!("there is no run {run}").into())
}

/// A run in this status that nobody holds.
pub(crate) async fn settled(
    store: &Arc<dyn Store>,
    name: &str,
    status: RunStatus,
) -> Result<StoredRun, BoxError> {
    let run = add(store, name).await?;
    let change = Change { status: Some(status), ..Change::default() };
    assert!(store.amend(&run.id, run.version, &change).await?, "the run was just loaded");
    load(store, &run.id).await
}

pub(crate) async fn claim(
    store: &Arc<dyn Store>,
    worker: &WorkerId,
    limit: u32,
) -> Result<Vec<StoredRun>, BoxError> {
    let request = ClaimRequest { worker: worker.clone(), workflows: vec!["Refund".into()], limit };
    Ok(store.claim(&request).await?)
}

pub(crate) fn held(run: &StoredRun, worker: &WorkerId) -> Claim {
    Claim { run: run.id.clone(), worker: worker.clone(), fence: run.fence }
}

/// So long before what is now for the store.
pub(crate) async fn ago(store: &Arc<dyn Store>, seconds: u64) -> Result<Timestamp, BoxError> {
    Ok(store.now().await?.checked_sub(Duration::from_secs(seconds))?)
}

pub(crate) fn names<'a>(ids: impl IntoIterator<Item = &'a RunId>) -> Vec<String> {
    ids.into_iter().map(ToString::to_string).collect()
}
