//! One run, its visits and its log.

use rusqlite::Connection;

use super::batch;
use super::error::{Failure, Place};
use super::history::chain;
use super::rows::{self, Columns, run_columns};
use crate::limits::{Limits, too_many};
use crate::{StoreError, StoredEvent, StoredRun, StoredVisit};

pub(super) const LOAD: &str = concat!("SELECT ", run_columns!(), "WHERE runs.id = ?1");

pub(super) const RUN: &str = "SELECT number, visit FROM runs WHERE id = ?1";

pub(super) const VISITS: &str = concat!(
    chain!(),
    // `CROSS`: first the chain. Left to choose, SQLite reads every visit that is kept, as they are in order.
    "SELECT visits.sequence, visits.at, visits.step, visits.result, visits.state \
     FROM chain CROSS JOIN visits ON visits.number = chain.number ORDER BY visits.number LIMIT ?3"
);

pub(super) const EVENTS: &str = "SELECT events.number, events.at, events.kind, events.by, events.gate, events.data \
                      FROM runs JOIN events ON events.run = runs.number WHERE runs.id = ?1 \
                      ORDER BY events.number LIMIT ?2";

pub(super) fn load(
    connection: &Connection,
    run: &str,
    place: &Place,
    limits: &Limits,
) -> Result<Option<StoredRun>, Failure> {
    let now = batch::now(connection)?;
    let mut statement = connection.prepare_cached(LOAD)?;
    let mut rows = statement.query((run, now))?;
    match rows.next()? {
        Some(row) => Ok(Some(rows::run(row, place, limits)?.1)),
        None => Ok(None),
    }
}

pub(super) fn visits(
    connection: &Connection,
    run: &str,
    place: &Place,
    limits: &Limits,
) -> Result<Vec<StoredVisit>, Failure> {
    let mut statement = connection.prepare_cached(RUN)?;
    let mut rows = statement.query([run])?;
    let Some(row) = rows.next()? else { return Ok(Vec::new()) };
    let newest: (i64, i64) = (row.get(1)?, row.get(0)?);
    // One row for the state that the run began with, and one to see that there are too many.
    let most = i64::from(limits.rows) + 2;

    let mut statement = connection.prepare_cached(VISITS)?;
    let mut rows = statement.query((newest.0, newest.1, most))?;
    let mut visits: Vec<StoredVisit> = Vec::new();
    while let Some(row) = rows.next()? {
        let mut columns = Columns::new(row, run, place);
        let sequence = columns.count("sequence")?;
        if visits.last().map_or(sequence != 0, |before| before.sequence >= sequence) {
            return Err(broken(run, place).into());
        }
        let visit = StoredVisit {
            sequence,
            at: columns.time("at")?,
            step: columns.text("step", limits.name)?,
            result: columns.text("result", limits.result)?,
            state: match (columns.optional_text("state", limits.state)?, visits.last()) {
                (Some(state), _) => state,
                (None, Some(before)) => before.state.clone(),
                (None, None) => return Err(columns.damaged("state", "is missing")),
            },
        };
        visits.push(visit);
    }
    match visits.len() {
        0 => Err(broken(run, place).into()),
        some if some as i64 == most => Err(too_many("visits", limits.rows).into()),
        _ => Ok(visits),
    }
}

pub(super) fn events(
    connection: &Connection,
    run: &str,
    place: &Place,
    limits: &Limits,
) -> Result<Vec<StoredEvent>, Failure> {
    let mut statement = connection.prepare_cached(EVENTS)?;
    let mut rows = statement.query((run, i64::from(limits.rows) + 1))?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        if events.len() == limits.rows as usize {
            return Err(too_many("events", limits.rows).into());
        }
        let mut columns = Columns::new(row, run, place);
        events.push(StoredEvent {
            number: columns.count("number")?,
            at: columns.time("at")?,
            kind: columns.text("kind", limits.name)?,
            by: columns.optional_text("by", limits.name)?,
            gate: columns.optional_text("gate", limits.name)?,
            data: columns.text("data", limits.event)?,
        });
    }
    Ok(events)
}

fn broken(run: &str, place: &Place) -> StoreError {
    StoreError::corrupt(format!("{place} is damaged: the visits of run {run} do not lead back to the first"))
}
