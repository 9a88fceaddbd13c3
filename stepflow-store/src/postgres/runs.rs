//! Runs: what is written of them, and read.

use std::time::Duration;

use stepflow::RunId;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use super::columns::{DECIDED, Event, Parameter, Visit, gone_by, number, signed};
use super::{PostgresStore, time};
use crate::limits;
use crate::{
    Change, Created, Cursor, NewRun, Page, RunQuery, StoreError, StoredEvent, StoredRun, StoredVisit,
    WorkerId,
};

const AMEND: &str = include_str!("sql/amend.sql");
const CREATE: &str = include_str!("sql/create.sql");
const DELETE: &str = include_str!("sql/delete.sql");
const EVENTS: &str = include_str!("sql/events.sql");
const LIST: &str = include_str!("sql/list.sql");
const LOAD: &str = include_str!("sql/load.sql");
const SWEEP: &str = include_str!("sql/sweep.sql");
const UNDEFINE: &str = include_str!("sql/undefine.sql");
const VISITS: &str = include_str!("sql/visits.sql");

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
        let fence: Option<i64> = self.reading().value(&found, "fence")?;
        match (fence, &run.worker) {
            (Some(fence), _) => Ok(Created::Added { fence: fence.unsigned_abs() }),
            (None, Some(worker))
                if !self.reading().value(&found, "allowed")? && !self.reading().value(&found, "known")? =>
            {
                Err(StoreError::lease_lost(worker, None))
            }
            (None, _) => Ok(Created::Exists),
        }
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
        if self.reading().value(&found, "amended")? {
            return Ok(true);
        }
        if self.reading().value(&found, "passed")? {
            return Err(gone_by(&run));
        }
        if self.reading().value(&found, "full")? {
            return Err(limits::too_many("events", self.limits.rows));
        }
        Ok(false)
    }

    pub(super) async fn load_run(&self, run: &RunId) -> Result<Option<StoredRun>, StoreError> {
        let found = self.pool.read(LOAD, &[&run.to_string()]).await?;
        found.first().map(|row| self.reading().run(row)).transpose()
    }

    pub(super) async fn visits_of(&self, run: &RunId) -> Result<Vec<StoredVisit>, StoreError> {
        let run = run.to_string();
        // One more for the state that the run began with, and one to see that there are too many.
        let most = i64::from(self.limits.rows) + 2;
        self.reading().visits(&run, &self.pool.read(VISITS, &[&run, &most]).await?)
    }

    pub(super) async fn events_of(&self, run: &RunId) -> Result<Vec<StoredEvent>, StoreError> {
        let run = run.to_string();
        let most = i64::from(self.limits.rows) + 1;
        self.reading().events(&run, &self.pool.read(EVENTS, &[&run, &most]).await?)
    }

    pub(super) async fn list_runs(&self, query: &RunQuery) -> Result<Page, StoreError> {
        let statuses: Vec<&str> = query.statuses.iter().map(|status| status.as_str()).collect();
        let limit = query.limit.clamp(1, 1000) as usize;
        let parameters: [(Parameter<'_>, Type); 8] = [
            (&query.workflow, Type::TEXT),
            (&statuses, Type::TEXT_ARRAY),
            (&query.created_before.map(time::due_to_sql), Type::TIMESTAMPTZ),
            (&query.created_since.map(time::due_to_sql), Type::TIMESTAMPTZ),
            (&query.unchanged_since.map(time::due_to_sql), Type::TIMESTAMPTZ),
            (&query.after.as_ref().map(|after| time::to_sql(after.created_at)), Type::TIMESTAMPTZ),
            (&query.after.as_ref().map(|after| after.id.to_string()), Type::TEXT),
            // One more, to know whether there is another page.
            (&(limit as i64 + 1), Type::INT8),
        ];
        let found = self.pool.read_planned(LIST, &parameters).await?;
        let summary = |row| self.reading().summary(row);
        let runs: Vec<_> = found.iter().take(limit).map(summary).collect::<Result<_, _>>()?;
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

    /// Removes the definitions that nothing is left of. What is not removed now is the next time: the runs
    /// are deleted, and that is what was asked for.
    async fn undefine(&self, deleted: u32) {
        if deleted == 0 {
            return;
        }
        if let Err(error) = self.pool.rows(UNDEFINE, &[]).await {
            tracing::debug!(error = %error, "definitions without runs are kept for now");
        }
    }
}
