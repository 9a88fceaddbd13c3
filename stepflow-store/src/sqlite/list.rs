//! Lists of runs.

use std::cmp::Reverse;

use rusqlite::{CachedStatement, Connection, params};

use super::batch;
use super::error::{Failure, Place};
use super::rows::{self, summary_columns};
use crate::limits::Limits;
use crate::micros::{due_micros, micros};
use crate::{Cursor, Page, RunQuery, RunStatus, Summary};

/// The rest of a query, whichever index it comes from. What is not asked for is bound so that it holds for
/// all.
macro_rules! rest {
    () => {
        "runs.created_at >= ?3 AND runs.created_at < ?4 AND runs.updated_at < ?5 \
         AND runs.created_at <= ?6 AND (runs.created_at < ?6 OR runs.id < ?7) \
         ORDER BY runs.created_at DESC, runs.id DESC LIMIT ?8"
    };
}

pub(super) const ALL: &str = concat!("SELECT ", summary_columns!(), "WHERE ?1 IS NULL AND ", rest!());

pub(super) const OF_WORKFLOW: &str =
    concat!("SELECT ", summary_columns!(), "WHERE runs.workflow = ?1 AND ", rest!());

pub(super) const OF_STATUS: &str =
    concat!("SELECT ", summary_columns!(), "WHERE runs.status = ?9 AND ?1 IS NULL AND ", rest!());

pub(super) const OF_BOTH: &str =
    concat!("SELECT ", summary_columns!(), "WHERE runs.status = ?9 AND runs.workflow = ?1 AND ", rest!());

pub(super) fn list(
    connection: &Connection,
    query: &RunQuery,
    place: &Place,
    limits: &Limits,
) -> Result<Page, Failure> {
    let limit = query.limit.clamp(1, 1000) as usize;
    let now = batch::now(connection)?;
    let bound = Bound { query, now, limit, place, limits };
    let mut runs = Vec::new();
    if query.statuses.is_empty() {
        let sql = if query.workflow.is_some() { OF_WORKFLOW } else { ALL };
        bound.read(connection.prepare_cached(sql)?, None, &mut runs)?;
    }
    // Each status comes from its own part of the index in the order of the page, and the page is merged here:
    // one query for several of them would have to sort every run that is in them.
    let mut statuses = query.statuses.clone();
    statuses.sort();
    statuses.dedup();
    for status in statuses {
        let sql = if query.workflow.is_some() { OF_BOTH } else { OF_STATUS };
        bound.read(connection.prepare_cached(sql)?, Some(status), &mut runs)?;
    }
    runs.sort_by_cached_key(|run| Reverse((run.created_at, run.id.to_string())));
    let more = runs.len() > limit;
    runs.truncate(limit);
    let last = runs.last().filter(|_| more);
    Ok(Page { next: last.map(|run| Cursor { created_at: run.created_at, id: run.id.clone() }), runs })
}

struct Bound<'a> {
    query: &'a RunQuery,
    now: i64,
    limit: usize,
    place: &'a Place,
    limits: &'a Limits,
}

impl Bound<'_> {
    /// Reads one run more than fit on a page.
    fn read(
        &self,
        mut statement: CachedStatement<'_>,
        status: Option<RunStatus>,
        runs: &mut Vec<Summary>,
    ) -> Result<(), Failure> {
        let after = self.query.after.as_ref();
        let (workflow, status) = (&self.query.workflow, status.map(RunStatus::as_str));
        let (since, before) = (self.query.created_since.map(due_micros), self.query.created_before);
        let (since, before) = (since.unwrap_or(i64::MIN), before.map_or(i64::MAX, due_micros));
        let unchanged = self.query.unchanged_since.map_or(i64::MAX, due_micros);
        let place = after.map_or(i64::MAX, |after| micros(after.created_at));
        let id = after.map(|after| after.id.to_string());
        let most = self.limit as i64 + 1;
        let common = params![workflow, self.now, since, before, unchanged, place, id, most, status];
        let common = if status.is_some() { common } else { &common[..8] };
        let mut rows = statement.query(common)?;
        while let Some(row) = rows.next()? {
            runs.push(rows::summary(row, self.place, self.limits)?);
        }
        Ok(())
    }
}
