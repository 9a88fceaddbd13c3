//! Runs: what is written of them, and read.

use std::time::Duration;

use stepflow::RunId;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::{PostgresStore, rows, time};
use crate::limits;
use crate::{
    Advance, Advanced, Change, Claim, Created, Cursor, NewEvent, NewRun, NewVisit, Page, RunQuery, StoreError,
    StoredEvent, StoredRun, StoredVisit, WorkerId,
};

const ADVANCE: &str = include_str!("sql/advance.sql");
const AMEND: &str = include_str!("sql/amend.sql");
const CREATE: &str = include_str!("sql/create.sql");
const DELETE: &str = include_str!("sql/delete.sql");
const EVENTS: &str = include_str!("sql/events.sql");
const LIST: &str = include_str!("sql/list.sql");
const LOAD: &str = include_str!("sql/load.sql");
const REFUSAL: &str = include_str!("sql/refusal.sql");
const SWEEP: &str = include_str!("sql/sweep.sql");
const UNDEFINE: &str = include_str!("sql/undefine.sql");
const VISITS: &str = include_str!("sql/visits.sql");

/// The index that keeps a gate from being decided twice.
const DECIDED: &str = "events_decided";

type Parameter<'a> = &'a (dyn ToSql + Sync);

impl PostgresStore {
    pub(super) async fn create_run(&self, run: &NewRun) -> Result<Created, StoreError> {
        self.limits.check_new_run(run)?;
        let id = run.id.to_string();
        let due = run.due.map(time::due_to_sql);
        let worker = run.worker.as_ref().map(WorkerId::as_str);
        let sequences: Vec<i32> = run.visits.iter().map(|visit| number(visit.sequence)).collect();
        let steps: Vec<&str> = run.visits.iter().map(|visit| visit.step.as_str()).collect();
        let results: Vec<&str> = run.visits.iter().map(|visit| visit.result.as_str()).collect();
        let states: Vec<Option<&str>> = run.visits.iter().map(|visit| visit.state.as_deref()).collect();
        let parameters: [Parameter<'_>; 18] = [
            &id,
            &run.workflow,
            &run.definition.key,
            &run.definition.fingerprint,
            &run.definition.json,
            &due,
            &run.step,
            &run.head,
            &worker,
            &run.hold,
            &sequences,
            &steps,
            &results,
            &states,
            &run.event.kind,
            &run.event.by,
            &run.event.gate,
            &run.event.data,
        ];
        let found = self.pool.rows(CREATE, &parameters).await?;
        let fence: Option<i64> = rows::value(&found, "fence")?;
        match (fence, &run.worker) {
            (Some(fence), _) => Ok(Created::Added { fence: fence.unsigned_abs() }),
            (None, Some(worker)) if !rows::value(&found, "allowed")? && !rows::value(&found, "known")? => {
                Err(StoreError::lease_lost(worker, None))
            }
            (None, _) => Ok(Created::Exists),
        }
    }

    pub(super) async fn advance_run(&self, claim: &Claim, step: &Advance) -> Result<Advanced, StoreError> {
        self.limits.check_advance(step)?;
        let run = claim.run.to_string();
        let fence = signed(claim.fence);
        let due = step.due.map(time::due_to_sql);
        let visit = Visit::of(step.visit.as_ref());
        let event = Event::of(step.event.as_ref());
        let parameters: [Parameter<'_>; 17] = [
            &run,
            &fence,
            &claim.worker.as_str(),
            &step.status.as_str(),
            &due,
            &step.step,
            &step.head,
            &step.release,
            &visit.sequence,
            &visit.step,
            &visit.result,
            &visit.state,
            &event.kind,
            &event.by,
            &event.gate,
            &event.data,
            &number(self.limits.rows),
        ];
        let asked = self.pool.ask(ADVANCE, &parameters).await;
        let found = asked.map_err(|failure| {
            let decided = failure.is(&SqlState::UNIQUE_VIOLATION, Some(DECIDED));
            let error = failure.told(&self.pool.place);
            if decided {
                return StoreError::refused(format!("a gate of run {run} is decided already")).caused_by(error);
            }
            error
        })?;
        if !found.is_empty() {
            return Ok(Advanced { cancelled: rows::value(&found, "cancelled")? });
        }
        let stands: [Parameter<'_>; 4] = [&run, &fence, &claim.worker.as_str(), &visit.sequence];
        Err(match self.pool.read(REFUSAL, &stands).await?.as_slice() {
            [] => StoreError::lease_lost(&claim.worker, Some(&claim.run)),
            stands if rows::value(stands, "passed")? => gone_by(&run),
            _ => limits::too_many("events", self.limits.rows),
        })
    }

    pub(super) async fn amend_run(
        &self,
        run: &RunId,
        version: u64,
        change: &Change,
    ) -> Result<bool, StoreError> {
        self.limits.check_change(change)?;
        let run = run.to_string();
        let due = change.due.flatten().map(time::due_to_sql);
        let text = |part: &Option<Option<String>>| part.clone().flatten();
        let definition = change.definition.as_ref();
        let visit = Visit::of(change.visit.as_ref());
        let event = Event::of(change.event.as_ref());
        let parameters: [Parameter<'_>; 28] = [
            &run,
            &signed(version),
            &change.status.map(|status| status.as_str()),
            &change.due.is_some(),
            &due,
            &change.step.is_some(),
            &text(&change.step),
            &change.head,
            &definition.map(|definition| &definition.key),
            &definition.map(|definition| &definition.fingerprint),
            &definition.map(|definition| &definition.json),
            &change.answer.is_some(),
            &text(&change.answer),
            &change.hold.is_some(),
            &text(&change.hold),
            &change.cancel.is_some(),
            &text(&change.cancel),
            &change.forget_from.map(number),
            &visit.sequence,
            &visit.step,
            &visit.result,
            &visit.state,
            &change.release,
            &event.kind,
            &event.by,
            &event.gate,
            &event.data,
            &number(self.limits.rows),
        ];
        let found = match self.pool.ask(AMEND, &parameters).await {
            Err(failure) if failure.is(&SqlState::UNIQUE_VIOLATION, Some(DECIDED)) => return Ok(false),
            asked => asked.map_err(|failure| failure.told(&self.pool.place))?,
        };
        if rows::value(&found, "amended")? {
            return Ok(true);
        }
        if rows::value(&found, "passed")? {
            return Err(gone_by(&run));
        }
        if rows::value(&found, "full")? {
            return Err(limits::too_many("events", self.limits.rows));
        }
        Ok(false)
    }

    pub(super) async fn load_run(&self, run: &RunId) -> Result<Option<StoredRun>, StoreError> {
        let found = self.pool.read(LOAD, &[&run.to_string()]).await?;
        found.first().map(rows::run).transpose()
    }

    pub(super) async fn visits_of(&self, run: &RunId) -> Result<Vec<StoredVisit>, StoreError> {
        rows::visits(run, &self.pool.read(VISITS, &[&run.to_string()]).await?)
    }

    pub(super) async fn events_of(&self, run: &RunId) -> Result<Vec<StoredEvent>, StoreError> {
        let found = self.pool.read(EVENTS, &[&run.to_string()]).await?;
        found.iter().map(|row| rows::event(run, row)).collect()
    }

    pub(super) async fn list_runs(&self, query: &RunQuery) -> Result<Page, StoreError> {
        let statuses: Vec<&str> = query.statuses.iter().map(|status| status.as_str()).collect();
        let limit = query.limit.clamp(1, 1000) as usize;
        let parameters: [Parameter<'_>; 8] = [
            &query.workflow,
            &statuses,
            &query.created_before.map(time::due_to_sql),
            &query.created_since.map(time::due_to_sql),
            &query.unchanged_since.map(time::due_to_sql),
            &query.after.as_ref().map(|after| time::to_sql(after.created_at)),
            &query.after.as_ref().map(|after| after.id.to_string()),
            // One more, to know whether there is another page.
            &(limit as i64 + 1),
        ];
        let found = self.pool.read(LIST, &parameters).await?;
        let mut runs: Vec<_> = found.iter().take(limit).map(rows::summary).collect::<Result<_, _>>()?;
        runs.shrink_to_fit();
        let last = runs.last().filter(|_| found.len() > limit);
        let next = last.map(|last| Cursor { created_at: last.created_at, id: last.id.clone() });
        Ok(Page { runs, next })
    }

    pub(super) async fn delete_run(&self, run: &RunId, version: u64) -> Result<bool, StoreError> {
        let deleted = self.pool.count(DELETE, &[&run.to_string(), &signed(version)]).await?;
        self.undefine(deleted).await;
        Ok(deleted > 0)
    }

    pub(super) async fn sweep_runs(&self, age: Duration, limit: u32) -> Result<u32, StoreError> {
        let deleted = self.pool.count(SWEEP, &[&time::span(age), &i64::from(limit)]).await?;
        self.undefine(deleted).await;
        Ok(deleted)
    }

    /// Removes the definitions that nothing is left of. What is not removed now is the next time: the runs are deleted,
    /// and that is what was asked for.
    async fn undefine(&self, deleted: u32) {
        if deleted == 0 {
            return;
        }
        if let Err(error) = self.pool.rows(UNDEFINE, &[]).await {
            tracing::debug!(error = %error, "definitions without runs are kept for now");
        }
    }
}

/// The columns of a visit, all of them null where there is none.
struct Visit<'a> {
    sequence: Option<i32>,
    step: Option<&'a str>,
    result: Option<&'a str>,
    state: Option<&'a str>,
}

impl<'a> Visit<'a> {
    fn of(visit: Option<&'a NewVisit>) -> Self {
        Self {
            sequence: visit.map(|visit| number(visit.sequence)),
            step: visit.map(|visit| visit.step.as_str()),
            result: visit.map(|visit| visit.result.as_str()),
            state: visit.and_then(|visit| visit.state.as_deref()),
        }
    }
}

/// The columns of an event, all of them null where there is none.
struct Event<'a> {
    kind: Option<&'a str>,
    by: Option<&'a str>,
    gate: Option<&'a str>,
    data: Option<&'a str>,
}

impl<'a> Event<'a> {
    fn of(event: Option<&'a NewEvent>) -> Self {
        Self {
            kind: event.map(|event| event.kind.as_str()),
            by: event.and_then(|event| event.by.as_deref()),
            gate: event.and_then(|event| event.gate.as_deref()),
            data: event.map(|event| event.data.as_str()),
        }
    }
}

fn gone_by(run: &str) -> StoreError {
    StoreError::refused(format!("a later visit of run {run} is kept, and an earlier one is not written again"))
}

/// No run has so many visits that this changes one.
fn number(sequence: u32) -> i32 {
    i32::try_from(sequence).unwrap_or(i32::MAX)
}

/// No count gets so far that this changes one; a number that somebody made up finds nothing.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
