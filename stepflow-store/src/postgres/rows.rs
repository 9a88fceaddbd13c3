//! From rows to what they mean. What no release of this library writes is damage, and is told with its place.

use std::time::SystemTime;

use stepflow::{RunId, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::time;
use crate::{
    DefinitionText, Renewed, StoreError, StoredEvent, StoredRun, StoredVisit, Summary, WorkerId,
};

/// Whether this row is there for want of any other.
pub(super) fn is_empty(row: &Row) -> bool {
    matches!(row.try_get::<_, Option<&str>>("id"), Ok(None))
}

pub(super) fn run(row: &Row) -> Result<StoredRun, StoreError> {
    let row = Reader::of_run(row)?;
    Ok(StoredRun {
        id: row.id()?,
        workflow: row.get("workflow")?,
        definition: DefinitionText {
            key: row.get("key")?,
            fingerprint: row.get("fingerprint")?,
            json: row.get("json")?,
        },
        status: row.parse("status")?,
        version: row.number("version")?,
        fence: row.number("fence")?,
        worker: row.get::<Option<String>>("worker")?.map(WorkerId::new),
        held: row.get("held")?,
        claims: row.small("claims")?,
        due: row.moment("due")?,
        step: row.get("step")?,
        head: row.get("head")?,
        state: row.get::<Option<_>>("state")?.ok_or_else(|| row.damage("state", "is missing"))?,
        answer: row.get("answer")?,
        hold: row.get("hold")?,
        cancel: row.get("cancel")?,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
        finished_at: row.moment("finished_at")?,
    })
}

pub(super) fn summary(row: &Row) -> Result<Summary, StoreError> {
    let row = Reader::of_run(row)?;
    Ok(Summary {
        id: row.id()?,
        workflow: row.get("workflow")?,
        status: row.parse("status")?,
        held: row.get("held")?,
        due: row.moment("due")?,
        step: row.get("step")?,
        head: row.get("head")?,
        hold: row.get("hold")?,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
        finished_at: row.moment("finished_at")?,
    })
}

/// The visits of a run; each without a state has that of the one before.
pub(super) fn visits(run: &RunId, rows: &[Row]) -> Result<Vec<StoredVisit>, StoreError> {
    let mut visits: Vec<StoredVisit> = Vec::with_capacity(rows.len());
    for row in rows {
        let row = Reader { row, of: format!("visit of run {run}") };
        let inherited = || visits.last().map(|visit| visit.state.clone());
        let state = row.get::<Option<String>>("state")?.or_else(inherited);
        visits.push(StoredVisit {
            sequence: row.small("sequence")?,
            step: row.get("step")?,
            result: row.get("result")?,
            state: state.ok_or_else(|| row.damage("state", "is missing"))?,
            at: row.at("at")?,
        });
    }
    Ok(visits)
}

pub(super) fn event(run: &RunId, row: &Row) -> Result<StoredEvent, StoreError> {
    let row = Reader { row, of: format!("event of run {run}") };
    Ok(StoredEvent {
        number: row.small("number")?,
        at: row.at("at")?,
        kind: row.get("kind")?,
        by: row.get("by")?,
        gate: row.get("gate")?,
        data: row.get("data")?,
    })
}

pub(super) fn renewed(rows: &[Row]) -> Result<Renewed, StoreError> {
    let row = only(rows, "lease")?;
    let cancelled: Vec<String> = row.get("cancelled")?;
    Ok(Renewed {
        alive: row.get("alive")?,
        cancelled: cancelled.iter().map(|id| run_id(id)).collect::<Result<_, _>>()?,
        next_due: row.moment("next_due")?,
    })
}

/// The first column of the only row.
pub(super) fn value<'r, T: FromSql<'r>>(rows: &'r [Row], column: &str) -> Result<T, StoreError> {
    only(rows, "answer")?.get(column)
}

/// The time that the only row is.
pub(super) fn moment(rows: &[Row]) -> Result<Timestamp, StoreError> {
    only(rows, "clock")?.at("clock_timestamp")
}

fn only<'r>(rows: &'r [Row], of: &str) -> Result<Reader<'r>, StoreError> {
    let row = rows.first().ok_or_else(|| StoreError::corrupt(format!("the database gave no {of}")))?;
    Ok(Reader { row, of: of.to_owned() })
}

fn run_id(id: &str) -> Result<RunId, StoreError> {
    id.parse().map_err(|error| StoreError::corrupt(format!("`{id}` is no id of a run")).caused_by(error))
}

/// One row, and what it is one of.
struct Reader<'r> {
    row: &'r Row,
    of: String,
}

impl<'r> Reader<'r> {
    fn of_run(row: &'r Row) -> Result<Self, StoreError> {
        let id = row.try_get::<_, &str>("id").map_err(|error| {
            StoreError::corrupt("the column `id` of a run is none that stepflow writes").caused_by(error)
        })?;
        Ok(Self { row, of: format!("run {id}") })
    }

    fn get<T: FromSql<'r>>(&self, column: &str) -> Result<T, StoreError> {
        self.row.try_get(column).map_err(|error| self.damage(column, "is none that stepflow writes").caused_by(error))
    }

    fn id(&self) -> Result<RunId, StoreError> {
        run_id(self.get("id")?)
    }

    fn parse<T>(&self, column: &str) -> Result<T, StoreError>
    where
        T: std::str::FromStr<Err = StoreError>,
    {
        let text: &str = self.get(column)?;
        text.parse().map_err(|error| self.damage(column, "is none that stepflow writes").caused_by(error))
    }

    fn number(&self, column: &str) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| self.damage(column, "is less than nothing"))
    }

    fn small(&self, column: &str) -> Result<u32, StoreError> {
        u32::try_from(self.get::<i32>(column)?).map_err(|_| self.damage(column, "is less than nothing"))
    }

    fn at(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.moment(column)?.ok_or_else(|| self.damage(column, "is missing"))
    }

    fn moment(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<SystemTime> = self.get(column)?;
        let known = |at| time::from_sql(at).ok_or_else(|| self.damage(column, "is no date"));
        at.map(known).transpose()
    }

    fn damage(&self, column: &str, what: &str) -> StoreError {
        StoreError::corrupt(format!("{}: the column `{column}` {what}", self.of))
    }
}
