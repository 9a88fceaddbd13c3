//! All runs and workers in memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use stepflow::{RunId, Timestamp};

use super::row::Row;
use crate::limits::Limits;
use crate::micros::{later, micros, span};
use crate::{
    Advance, Advanced, Change, Claim, ClaimRequest, Created, Cursor, NewRun, Page, Renewed, RunQuery,
    RunStatus, StoreError, StoredEvent, StoredRun, StoredVisit, Summary, WorkerId,
};

/// Every method is one change, made under one lock, at the time it is handed.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: BTreeMap<RunId, Row>,
    /// When the lease of each worker is over.
    workers: BTreeMap<WorkerId, i64>,
}

impl Table {
    pub(super) fn runs(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn create(&mut self, run: &NewRun, now: i64) -> Result<Created, StoreError> {
        if self.rows.contains_key(&run.id) {
            return Ok(Created::Exists);
        }
        if let Some(worker) = run.worker.as_ref().filter(|worker| !self.is_alive(worker, now)) {
            return Err(StoreError::lease_lost(worker, None));
        }
        let row = Row::new(run, moment(now)?);
        let fence = row.run.fence;
        self.rows.insert(run.id.clone(), row);
        Ok(Created::Added { fence })
    }

    pub(super) fn advance(
        &mut self,
        claim: &Claim,
        step: &Advance,
        now: i64,
        limits: &Limits,
    ) -> Result<Advanced, StoreError> {
        let alive = self.is_alive(&claim.worker, now);
        let lost = || StoreError::lease_lost(&claim.worker, Some(&claim.run));
        let row = self.rows.get_mut(&claim.run).filter(|_| alive).ok_or_else(lost)?;
        if !row.taken || row.run.fence != claim.fence || row.run.worker.as_ref() != Some(&claim.worker) {
            return Err(lost());
        }
        row.check(None, step.visit.as_ref(), step.event.as_ref(), limits)?;
        if row.is_decided(step.event.as_ref()) {
            return Err(StoreError::refused(format!("run {}: the gate is decided already", claim.run)));
        }
        row.advance(step, moment(now)?);
        Ok(Advanced { cancelled: row.run.cancel.is_some() })
    }

    pub(super) fn amend(
        &mut self,
        run: &RunId,
        version: u64,
        change: &Change,
        now: i64,
        limits: &Limits,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.rows.get_mut(run).filter(|row| row.run.version == version) else {
            return Ok(false);
        };
        row.check(change.forget_from, change.visit.as_ref(), change.event.as_ref(), limits)?;
        if row.is_decided(change.event.as_ref()) {
            return Ok(false);
        }
        row.amend(change, moment(now)?);
        Ok(true)
    }

    pub(super) fn load(&self, run: &RunId, now: i64) -> Option<StoredRun> {
        self.rows.get(run).map(|row| row.show(self.is_held(row, now)))
    }

    pub(super) fn visits(&self, run: &RunId) -> Vec<StoredVisit> {
        self.rows.get(run).map(|row| row.visits.clone()).unwrap_or_default()
    }

    pub(super) fn events(&self, run: &RunId) -> Vec<StoredEvent> {
        self.rows.get(run).map(|row| row.events.clone()).unwrap_or_default()
    }

    pub(super) fn list(&self, query: &RunQuery, now: i64) -> Page {
        let place = |row: &Row| (row.run.created_at, row.run.id.to_string());
        let after = query.after.as_ref().map(|after| (after.created_at, after.id.to_string()));
        let mut found: Vec<&Row> = self
            .rows
            .values()
            .filter(|row| matches(query, &row.run))
            .filter(|row| after.as_ref().is_none_or(|after| place(row) < *after))
            .collect();
        found.sort_by_cached_key(|row| Reverse(place(row)));
        let limit = query.limit.clamp(1, 1000) as usize;
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| more);
        Page {
            next: last.map(|row| Cursor { created_at: row.run.created_at, id: row.run.id.clone() }),
            runs: found.into_iter().map(|row| summary(row, self.is_held(row, now))).collect(),
        }
    }

    pub(super) fn delete(&mut self, run: &RunId, version: u64, now: i64) -> bool {
        let free =
            self.rows.get(run).is_some_and(|row| row.run.version == version && !self.is_held(row, now));
        free && self.rows.remove(run).is_some()
    }

    pub(super) fn sweep(&mut self, age: Duration, limit: u32, now: i64) -> u32 {
        let before = now.saturating_sub(span(age));
        let mut old: Vec<(Timestamp, RunId)> = self
            .rows
            .values()
            .filter(|row| !self.is_held(row, now))
            .filter_map(|row| row.run.finished_at.map(|at| (at, row.run.id.clone())))
            .filter(|(at, _)| micros(*at) < before)
            .collect();
        old.sort();
        old.truncate(limit as usize);
        old.iter().filter(|(_, run)| self.rows.remove(run).is_some()).map(|_| 1).sum()
    }

    pub(super) fn join(&mut self, worker: &WorkerId, lease: Duration, now: i64) -> Result<(), StoreError> {
        if self.workers.contains_key(worker) {
            return Err(StoreError::refused(format!("there is a worker {worker} already")));
        }
        self.workers.insert(worker.clone(), later(now, span(lease)));
        Ok(())
    }

    pub(super) fn renew(&mut self, worker: &WorkerId, lease: Duration, now: i64) -> Renewed {
        let alive = self.is_alive(worker, now);
        if alive {
            self.workers.insert(worker.clone(), later(now, span(lease)));
        }
        let theirs = |row: &&Row| alive && row.taken && row.run.worker.as_ref() == Some(worker);
        let cancelled = self.rows.values().filter(theirs).filter(|row| row.run.cancel.is_some());
        let free = self.rows.values().filter(|row| self.is_free(row, now));
        Renewed {
            alive,
            cancelled: cancelled.map(|row| row.run.id.clone()).collect(),
            next_due: free.map(Row::since).min(),
        }
    }

    pub(super) fn leave(&mut self, worker: &WorkerId) {
        for row in self.rows.values_mut() {
            if row.taken && row.run.worker.as_ref() == Some(worker) {
                row.taken = false;
                row.run.version += 1;
            }
        }
        self.workers.remove(worker);
    }

    pub(super) fn claim(&mut self, request: &ClaimRequest, now: i64) -> Result<Vec<StoredRun>, StoreError> {
        if !self.is_alive(&request.worker, now) {
            return Err(StoreError::lease_lost(&request.worker, None));
        }
        let mut due: Vec<(Timestamp, String, RunId)> = self
            .rows
            .values()
            .filter(|row| self.is_free(row, now) && request.workflows.contains(&row.run.workflow))
            .filter(|row| row.run.due.is_none_or(|due| micros(due) <= now))
            .map(|row| (row.since(), row.run.id.to_string(), row.run.id.clone()))
            .collect();
        due.sort();
        due.truncate(request.limit as usize);
        let mut claimed = Vec::with_capacity(due.len());
        for (_, _, run) in due {
            if let Some(row) = self.rows.get_mut(&run) {
                row.taken = true;
                row.run.worker = Some(request.worker.clone());
                row.run.version += 1;
                row.run.fence += 1;
                row.run.claims = row.run.claims.saturating_add(1);
                claimed.push(row.show(true));
            }
        }
        Ok(claimed)
    }

    fn is_alive(&self, worker: &WorkerId, now: i64) -> bool {
        self.workers.get(worker).is_some_and(|until| *until > now)
    }

    fn is_held(&self, row: &Row, now: i64) -> bool {
        row.taken && row.run.worker.as_ref().is_some_and(|worker| self.is_alive(worker, now))
    }

    fn is_free(&self, row: &Row, now: i64) -> bool {
        row.run.status == RunStatus::Ready && !self.is_held(row, now)
    }
}

fn matches(query: &RunQuery, run: &StoredRun) -> bool {
    query.workflow.as_ref().is_none_or(|workflow| run.workflow == *workflow)
        && (query.statuses.is_empty() || query.statuses.contains(&run.status))
        && query.created_before.is_none_or(|before| run.created_at < before)
        && query.created_since.is_none_or(|since| run.created_at >= since)
        && query.unchanged_since.is_none_or(|since| run.updated_at < since)
}

fn summary(row: &Row, held: bool) -> Summary {
    let run = &row.run;
    Summary {
        id: run.id.clone(),
        workflow: run.workflow.clone(),
        status: run.status,
        held,
        due: run.due,
        step: run.step.clone(),
        head: run.head.clone(),
        hold: run.hold.clone(),
        created_at: run.created_at,
        updated_at: run.updated_at,
        finished_at: run.finished_at,
    }
}

fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros)
        .map_err(|error| StoreError::corrupt("the clock of the store shows no time").caused_by(error))
}
