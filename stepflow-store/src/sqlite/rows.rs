//! Rows, as what they say; a row that says nothing that this library writes is damaged, and is told by run
//! and column.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use stepflow::Timestamp;

use super::error::{Failure, Place};
use crate::limits::Limits;
use crate::{DefinitionText, RunStatus, StoreError, StoredRun, Summary, WorkerId};

/// Whether the lease of a run's holder lasts at `?2`.
macro_rules! held {
    () => {
        "(runs.taken = 1 AND EXISTS \
          (SELECT 1 FROM workers WHERE workers.id = runs.worker AND workers.lease_until > ?2))"
    };
}

/// The columns that [`run`] reads. The newest visit has the state as a rule; otherwise it lies further back.
macro_rules! run_columns {
    () => {
        concat!(
            "runs.id, runs.number, runs.workflow, \
             definitions.key, definitions.fingerprint, definitions.json, \
             runs.status, runs.version, runs.fence, runs.worker, ",
            $crate::sqlite::rows::held!(),
            ", runs.claims, runs.due, runs.step, runs.head, \
             coalesce((SELECT state FROM visits WHERE number = runs.visit AND run = runs.number), \
             (WITH RECURSIVE back (number, before, state) AS ( \
                SELECT number, before, state FROM visits WHERE number = runs.visit AND run = runs.number \
                UNION ALL \
                SELECT visits.number, visits.before, visits.state FROM back \
                CROSS JOIN visits ON visits.number = back.before \
                WHERE back.state IS NULL AND visits.number < back.number AND visits.run = runs.number) \
              SELECT state FROM back WHERE state IS NOT NULL)), \
             runs.answer, runs.hold, runs.cancel, runs.created_at, runs.updated_at, runs.finished_at \
             FROM runs LEFT JOIN definitions ON definitions.number = runs.definition "
        )
    };
}

/// The columns that [`summary`] reads.
macro_rules! summary_columns {
    () => {
        concat!(
            "runs.id, runs.workflow, runs.status, ",
            $crate::sqlite::rows::held!(),
            ", runs.due, runs.step, runs.head, runs.hold, runs.created_at, runs.updated_at, runs.finished_at \
             FROM runs "
        )
    };
}

pub(super) use {held, run_columns, summary_columns};

/// A run, and its number.
pub(super) fn run(row: &Row<'_>, place: &Place, limits: &Limits) -> Result<(i64, StoredRun), Failure> {
    let mut columns = Columns::of_run(row, place)?;
    let id = columns.parse("id", &columns.run.clone())?;
    let number = columns.integer("number")?;
    let run = StoredRun {
        id,
        workflow: columns.text("workflow", limits.name)?,
        definition: DefinitionText {
            key: columns.text("key", limits.name)?,
            fingerprint: columns.text("fingerprint", limits.name)?,
            json: columns.text("json", limits.definition)?,
        },
        status: columns.status()?,
        version: columns.count("version")?,
        fence: columns.count("fence")?,
        worker: columns.optional_text("worker", limits.name)?.map(WorkerId::new),
        held: columns.integer("taken")? == 1,
        claims: columns.count("claims")?,
        due: columns.optional_time("due")?,
        step: columns.optional_text("step", limits.name)?,
        head: columns.text("head", limits.head)?,
        state: columns.text("state", limits.state)?,
        answer: columns.optional_text("answer", limits.head)?,
        hold: columns.optional_text("hold", limits.head)?,
        cancel: columns.optional_text("cancel", limits.head)?,
        created_at: columns.time("created_at")?,
        updated_at: columns.time("updated_at")?,
        finished_at: columns.optional_time("finished_at")?,
    };
    Ok((number, run))
}

pub(super) fn summary(row: &Row<'_>, place: &Place, limits: &Limits) -> Result<Summary, Failure> {
    let mut columns = Columns::of_run(row, place)?;
    Ok(Summary {
        id: columns.parse("id", &columns.run.clone())?,
        workflow: columns.text("workflow", limits.name)?,
        status: columns.status()?,
        held: columns.integer("taken")? == 1,
        due: columns.optional_time("due")?,
        step: columns.optional_text("step", limits.name)?,
        head: columns.text("head", limits.head)?,
        hold: columns.optional_text("hold", limits.head)?,
        created_at: columns.time("created_at")?,
        updated_at: columns.time("updated_at")?,
        finished_at: columns.optional_time("finished_at")?,
    })
}

/// The columns of a row, one after the other.
pub(super) struct Columns<'r> {
    row: &'r Row<'r>,
    next: usize,
    /// Of what.
    kind: &'static str,
    run: String,
    place: &'r Place,
}

impl<'r> Columns<'r> {
    /// A row of this run.
    pub(super) fn new(row: &'r Row<'r>, run: &str, place: &'r Place) -> Self {
        Self { row, next: 0, kind: "run", run: run.to_owned(), place }
    }

    /// A row whose first column is the id of the run.
    fn of_run(row: &'r Row<'r>, place: &'r Place) -> Result<Self, Failure> {
        let mut columns = Self::new(row, "whose id cannot be read", place);
        columns.run = columns.text("id", usize::MAX)?;
        Ok(columns)
    }

    /// A row whose first column is the id of a wizard.
    #[cfg(feature = "wizard")]
    pub(super) fn of_wizard(row: &'r Row<'r>, place: &'r Place) -> Result<Self, Failure> {
        let mut columns = Self { kind: "wizard", ..Self::new(row, "whose id cannot be read", place) };
        columns.run = columns.text("id", 32)?;
        Ok(columns)
    }

    /// The id of what the row is of.
    #[cfg(feature = "wizard")]
    pub(super) fn id(&self) -> &str {
        &self.run
    }

    /// A column that holds a word of a kind.
    #[cfg(feature = "wizard")]
    pub(super) fn word<T: std::str::FromStr<Err: Into<stepflow::BoxError>>>(
        &mut self,
        column: &str,
    ) -> Result<T, Failure> {
        self.optional_word(column)?.ok_or_else(|| self.damaged(column, "is missing"))
    }

    #[cfg(feature = "wizard")]
    pub(super) fn optional_word<T: std::str::FromStr<Err: Into<stepflow::BoxError>>>(
        &mut self,
        column: &str,
    ) -> Result<Option<T>, Failure> {
        self.optional_text(column, 255)?.map(|text| self.parse(column, &text)).transpose()
    }

    pub(super) fn integer(&mut self, column: &str) -> Result<i64, Failure> {
        match self.value()? {
            ValueRef::Integer(integer) => Ok(integer),
            _ => Err(self.damaged(column, "is no whole number")),
        }
    }

    pub(super) fn count<N: TryFrom<i64>>(&mut self, column: &str) -> Result<N, Failure> {
        let integer = self.integer(column)?;
        N::try_from(integer).map_err(|_| self.damaged(column, &format!("is {integer}, which is no count")))
    }

    pub(super) fn text(&mut self, column: &str, limit: usize) -> Result<String, Failure> {
        self.optional_text(column, limit)?.ok_or_else(|| self.damaged(column, "is missing"))
    }

    pub(super) fn optional_text(&mut self, column: &str, limit: usize) -> Result<Option<String>, Failure> {
        let bytes = match self.value()? {
            ValueRef::Null => return Ok(None),
            ValueRef::Text(bytes) => bytes,
            _ => return Err(self.damaged(column, "is no text")),
        };
        if bytes.len() > limit {
            let (kind, run, length) = (self.kind, &self.run, bytes.len());
            return Err(StoreError::refused(format!(
                "{}: the column `{column}` of {kind} {run} has {length} bytes, and the limit is {limit} \
                 (see `Limits`)",
                self.place
            ))
            .into());
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(self.damaged(column, "is no UTF-8")),
        }
    }

    pub(super) fn time(&mut self, column: &str) -> Result<Timestamp, Failure> {
        self.optional_time(column)?.ok_or_else(|| self.damaged(column, "is missing"))
    }

    fn optional_time(&mut self, column: &str) -> Result<Option<Timestamp>, Failure> {
        let micros = match self.value()? {
            ValueRef::Null => return Ok(None),
            ValueRef::Integer(micros) => micros,
            _ => return Err(self.damaged(column, "is no time")),
        };
        match Timestamp::from_microsecond(micros) {
            Ok(time) => Ok(Some(time)),
            Err(_) => Err(self.damaged(column, &format!("is {micros}, which is no time"))),
        }
    }

    fn status(&mut self) -> Result<RunStatus, Failure> {
        let text = self.text("status", usize::MAX)?;
        self.parse("status", &text)
    }

    pub(super) fn parse<T: std::str::FromStr>(&self, column: &str, text: &str) -> Result<T, Failure>
    where
        T::Err: Into<stepflow::BoxError>,
    {
        text.parse().map_err(|error: T::Err| {
            let (kind, run, place) = (self.kind, &self.run, self.place);
            let shown: String = text.chars().take(40).collect();
            StoreError::corrupt(format!(
                "{place} is damaged: the column `{column}` of {kind} {run} holds {shown:?}, which it cannot"
            ))
            .caused_by(error)
            .into()
        })
    }

    pub(super) fn damaged(&self, column: &str, how: &str) -> Failure {
        let Self { kind, run, place, .. } = self;
        StoreError::corrupt(format!("{place} is damaged: the column `{column}` of {kind} {run} {how}")).into()
    }

    fn value(&mut self) -> Result<ValueRef<'r>, Failure> {
        let value = self.row.get_ref(self.next)?;
        self.next += 1;
        Ok(value)
    }
}
