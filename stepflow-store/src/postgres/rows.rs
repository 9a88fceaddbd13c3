//! From rows to what they mean. What no release of this library writes is damage, and is told by run and
//! column.

use std::str::FromStr;
use std::time::SystemTime;

use stepflow::{BoxError, RunId, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::address::Place;
use super::time;
use crate::limits::too_many;
use crate::{
    DefinitionText, Limits, Renewed, StoreError, StoredEvent, StoredRun, StoredVisit, Summary, WorkerId,
};

/// Reads the rows of one database.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) place: &'a Place,
    pub(super) limits: &'a Limits,
}

impl<'a> Rows<'a> {
    pub(super) fn run(self, row: &Row) -> Result<StoredRun, StoreError> {
        let row = self.of_run(row)?;
        let limits = self.limits;
        Ok(StoredRun {
            id: row.parse("id")?,
            workflow: row.text("workflow", limits.name)?,
            definition: DefinitionText {
                key: row.text("key", limits.name)?,
                fingerprint: row.text("fingerprint", limits.name)?,
                json: row.text("json", limits.definition)?,
            },
            status: row.parse("status")?,
            version: row.number("version")?,
            fence: row.number("fence")?,
            worker: row.optional_text("worker", limits.name)?.map(WorkerId::new),
            held: row.get("held")?,
            claims: row.small("claims")?,
            due: row.optional_time("due")?,
            step: row.optional_text("step", limits.name)?,
            head: row.text("head", limits.head)?,
            state: row.text("state", limits.state)?,
            answer: row.optional_text("answer", limits.head)?,
            hold: row.optional_text("hold", limits.head)?,
            cancel: row.optional_text("cancel", limits.head)?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
            finished_at: row.optional_time("finished_at")?,
        })
    }

    pub(super) fn summary(self, row: &Row) -> Result<Summary, StoreError> {
        let row = self.of_run(row)?;
        let limits = self.limits;
        Ok(Summary {
            id: row.parse("id")?,
            workflow: row.text("workflow", limits.name)?,
            status: row.parse("status")?,
            held: row.get("held")?,
            due: row.optional_time("due")?,
            step: row.optional_text("step", limits.name)?,
            head: row.text("head", limits.head)?,
            hold: row.optional_text("hold", limits.head)?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
            finished_at: row.optional_time("finished_at")?,
        })
    }

    /// The visits of a run; each without a state has that of the one before.
    pub(super) fn visits(self, run: &str, rows: &[Row]) -> Result<Vec<StoredVisit>, StoreError> {
        let limits = self.limits;
        // The state that a run began with is no visit.
        self.not_too_many("visits", rows.len().saturating_sub(1))?;
        let mut visits: Vec<StoredVisit> = Vec::with_capacity(rows.len());
        for row in rows {
            let row = self.reader(row, run);
            let sequence = row.small("sequence")?;
            if visits.is_empty() && sequence != 0 {
                return Err(row.damage("sequence", "does not begin with 0"));
            }
            let inherited = || visits.last().map(|visit| visit.state.clone());
            let state = row.optional_text("state", limits.state)?.or_else(inherited);
            visits.push(StoredVisit {
                sequence,
                step: row.text("step", limits.name)?,
                result: row.text("result", limits.result)?,
                state: state.ok_or_else(|| row.damage("state", "is missing"))?,
                at: row.time("at")?,
            });
        }
        Ok(visits)
    }

    pub(super) fn events(self, run: &str, rows: &[Row]) -> Result<Vec<StoredEvent>, StoreError> {
        let limits = self.limits;
        self.not_too_many("events", rows.len())?;
        let event = |row| {
            let row = self.reader(row, run);
            Ok(StoredEvent {
                number: row.small("number")?,
                at: row.time("at")?,
                kind: row.text("kind", limits.name)?,
                by: row.optional_text("by", limits.name)?,
                gate: row.optional_text("gate", limits.name)?,
                data: row.text("data", limits.event)?,
            })
        };
        rows.iter().map(event).collect()
    }

    pub(super) fn renewed(self, rows: &[Row]) -> Result<Renewed, StoreError> {
        let row = self.only(rows)?;
        let cancelled: Vec<&str> = row.get("cancelled")?;
        let run_id = |id: &str| id.parse::<RunId>().map_err(|error| row.refusal("id", error));
        Ok(Renewed {
            alive: row.get("alive")?,
            cancelled: cancelled.into_iter().map(run_id).collect::<Result<_, _>>()?,
            next_due: row.optional_time("next_due")?,
        })
    }

    /// A column of the only row.
    pub(super) fn value<'r, T: FromSql<'r>>(self, rows: &'r [Row], column: &str) -> Result<T, StoreError>
    where
        'a: 'r,
    {
        self.only(rows)?.get(column)
    }

    /// What time the only row says it is.
    pub(super) fn clock(self, rows: &[Row]) -> Result<Timestamp, StoreError> {
        self.only(rows)?.time("now")
    }

    fn only<'r>(self, rows: &'r [Row]) -> Result<Reader<'r>, StoreError>
    where
        'a: 'r,
    {
        let place = self.place;
        let row = rows.first().ok_or_else(|| StoreError::corrupt(format!("{place} gave no answer")))?;
        Ok(self.reader(row, "that is meant"))
    }

    fn of_run<'r>(self, row: &'r Row) -> Result<Reader<'r>, StoreError>
    where
        'a: 'r,
    {
        let mut reader = self.reader(row, "whose id cannot be read");
        reader.run = reader.get("id")?;
        Ok(reader)
    }

    fn reader<'r>(self, row: &'r Row, run: &'r str) -> Reader<'r>
    where
        'a: 'r,
    {
        Reader { row, kind: "run", run, place: self.place }
    }

    fn not_too_many(self, what: &str, found: usize) -> Result<(), StoreError> {
        let most = self.limits.rows;
        if found > most as usize { Err(too_many(what, most)) } else { Ok(()) }
    }
}

/// Whether this row is there for want of any other.
pub(super) fn is_empty(row: &Row) -> bool {
    matches!(row.try_get::<_, Option<&str>>("id"), Ok(None))
}

/// One row of a run.
pub(super) struct Reader<'r> {
    row: &'r Row,
    /// Of what, if not of a run.
    kind: &'static str,
    run: &'r str,
    place: &'r Place,
}

impl<'r> Reader<'r> {
    /// One row of a wizard.
    #[cfg(feature = "wizard")]
    pub(super) fn of_wizard(row: &'r Row, id: &'r str, place: &'r Place) -> Self {
        Self { row, kind: "wizard", run: id, place }
    }

    pub(super) fn get<T: FromSql<'r>>(&self, column: &str) -> Result<T, StoreError> {
        self.row.try_get(column).map_err(|error| self.refusal(column, error))
    }

    pub(super) fn text(&self, column: &str, limit: usize) -> Result<String, StoreError> {
        self.optional_text(column, limit)?.ok_or_else(|| self.damage(column, "is missing"))
    }

    pub(super) fn optional_text(&self, column: &str, limit: usize) -> Result<Option<String>, StoreError> {
        let text: Option<&str> = self.get(column)?;
        if let Some(length) = text.map(str::len).filter(|length| *length > limit) {
            let Self { kind, run, place, .. } = self;
            return Err(StoreError::refused(format!(
                "{place}: the column `{column}` of {kind} {run} has {length} bytes, and the limit is {limit} \
                 (see `Limits`)"
            )));
        }
        Ok(text.map(str::to_owned))
    }

    pub(super) fn parse<T: FromStr<Err: Into<BoxError>>>(&self, column: &str) -> Result<T, StoreError> {
        self.get::<&str>(column)?.parse().map_err(|error| self.refusal(column, error))
    }

    pub(super) fn number(&self, column: &str) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|error| self.refusal(column, error))
    }

    fn small(&self, column: &str) -> Result<u32, StoreError> {
        u32::try_from(self.get::<i32>(column)?).map_err(|error| self.refusal(column, error))
    }

    pub(super) fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.optional_time(column)?.ok_or_else(|| self.damage(column, "is missing"))
    }

    fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<SystemTime> = self.get(column)?;
        let known =
            |at| time::from_sql(at).ok_or_else(|| self.damage(column, "is no date that a calendar has"));
        at.map(known).transpose()
    }

    fn refusal(&self, column: &str, error: impl Into<BoxError>) -> StoreError {
        self.damage(column, "holds what it cannot").caused_by(error)
    }

    fn damage(&self, column: &str, how: &str) -> StoreError {
        let Self { kind, run, place, .. } = self;
        StoreError::corrupt(format!("{place} is damaged: the column `{column}` of {kind} {run} {how}"))
    }
}
