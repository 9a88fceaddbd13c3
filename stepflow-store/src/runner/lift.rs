//! Takes up runs again that were held back because of a program that has changed since.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::json;

use super::held::event;
use super::shared::{Shared, TARGET};
use crate::{Change, Hold, RunQuery, RunStatus, StoreError, StoredRun, Summary};

/// Looks once at every run that is held back: today's program may be the one that it waits for.
pub(super) async fn lift(shared: Arc<Shared>) {
    let mut query = RunQuery { statuses: vec![RunStatus::Held], ..RunQuery::default() };
    loop {
        let page = match shared.insist(&shared.stopped, || shared.store.list(&query)).await {
            None => return,
            Some(Ok(page)) => page,
            Some(Err(error)) => {
                tracing::error!(target: TARGET, %error, "the runs that are held back cannot be listed");
                return;
            }
        };
        for run in page.runs.iter().filter(|run| may_fit(run)) {
            if let Some(Err(error)) = one(&shared, run).await {
                tracing::error!(target: TARGET, run_id = %run.id, %error, "the run stays held back");
            }
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return,
        }
    }
}

/// Whether a run is held back for a reason that another program can do away with.
fn may_fit(run: &Summary) -> bool {
    let hold = run.hold.as_deref().and_then(|hold| serde_json::from_str(hold).ok());
    matches!(hold, Some(Hold::DefinitionChanged { .. } | Hold::StateChanged { .. }))
}

async fn one(shared: &Shared, run: &Summary) -> Option<Result<(), StoreError>> {
    shared.registry.get(&run.workflow)?;
    let stored = match shared.insist(&shared.stopped, || shared.store.load(&run.id)).await? {
        Ok(stored) => stored.filter(|stored| stored.status == RunStatus::Held && fits(shared, stored))?,
        Err(error) => return Some(Err(error)),
    };
    let change = Change {
        status: Some(RunStatus::Ready),
        hold: Some(None),
        event: Some(event("resumed", &json!({}))),
        ..Change::default()
    };
    let lifted =
        shared.insist(&shared.stopped, || shared.store.amend(&run.id, stored.version, &change)).await?;
    // Whoever changes it in between has looked at it.
    if let Ok(true) = lifted {
        tracing::info!(target: TARGET, run_id = %run.id, workflow = %run.workflow, "held back no more");
        shared.wake.notify_one();
    }
    Some(lifted.map(drop))
}

fn fits(shared: &Shared, stored: &StoredRun) -> bool {
    let Some(entry) = shared.registry.get(&stored.workflow) else { return false };
    // Reading a state is code of the workflow's own; one that panics has not read it.
    let reads =
        || catch_unwind(AssertUnwindSafe(|| entry.fits(&stored.state))).is_ok_and(|read| read.is_ok());
    entry.text.fingerprint == stored.definition.fingerprint && reads()
}
