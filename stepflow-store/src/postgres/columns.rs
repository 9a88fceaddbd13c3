//! What is written to the columns of a run, a visit and an event.

use tokio_postgres::types::ToSql;

use crate::{NewEvent, NewVisit, StoreError};

/// The index that keeps a gate from being decided twice.
pub(super) const DECIDED: &str = "events_decided";

pub(super) type Parameter<'a> = &'a (dyn ToSql + Sync);

/// The columns of a visit, all of them null where there is none.
pub(super) struct Visit<'a> {
    pub(super) sequence: Option<i32>,
    pub(super) step: Option<&'a str>,
    pub(super) result: Option<&'a str>,
    pub(super) state: Option<&'a str>,
}

impl<'a> Visit<'a> {
    pub(super) fn of(visit: Option<&'a NewVisit>) -> Self {
        Self {
            sequence: visit.map(|visit| number(visit.sequence)),
            step: visit.map(|visit| visit.step.as_str()),
            result: visit.map(|visit| visit.result.as_str()),
            state: visit.and_then(|visit| visit.state.as_deref()),
        }
    }
}

/// The columns of an event, all of them null where there is none.
pub(super) struct Event<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) by: Option<&'a str>,
    pub(super) gate: Option<&'a str>,
    pub(super) data: Option<&'a str>,
}

impl<'a> Event<'a> {
    pub(super) fn of(event: Option<&'a NewEvent>) -> Self {
        Self {
            kind: event.map(|event| event.kind.as_str()),
            by: event.and_then(|event| event.by.as_deref()),
            gate: event.and_then(|event| event.gate.as_deref()),
            data: event.map(|event| event.data.as_str()),
        }
    }
}

/// No run has so many visits that this changes one.
pub(super) fn number(sequence: u32) -> i32 {
    i32::try_from(sequence).unwrap_or(i32::MAX)
}

/// No count gets so far that this changes one; a number that somebody made up finds nothing.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn gone_by(run: &str) -> StoreError {
    StoreError::refused(format!(
        "a later visit of run {run} is kept, and an earlier one is not written again"
    ))
}
