//! What is compared of two runs.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::difference::Difference;
use super::BoundaryError;
use crate::hook::StepFinishedEvent;
use crate::result::{RunRecord, StepResult, WorkflowResult};

/// A run as it was at the end of each of its steps.
#[derive(Clone, Default)]
pub(super) struct Trail(Arc<Mutex<Vec<Look>>>);

/// What there was to see at the end of a step.
#[derive(Clone)]
pub(super) struct Look {
    pub(super) boundary: String,
    seen: Value,
}

impl Trail {
    pub(super) fn note<S: Serialize>(&self, state: Option<&S>, event: &StepFinishedEvent<'_>) {
        let mut step = json(event.step());
        forget_step(&mut step);
        let look =
            Look { boundary: after(event.step()), seen: json!({ "state": json(&state), "step": step }) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(look);
    }

    pub(super) fn looks(&self) -> Vec<Look> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The end of a step, in words.
pub(super) fn after(step: &StepResult) -> String {
    match step.visit() {
        0 | 1 => format!("after step `{}`", step.name()),
        visit => format!("after step `{}` (visit {visit})", step.name()),
    }
}

/// Whether a run has gone the same way so far.
pub(super) fn compare_so_far(
    straight: &[Look],
    interrupted: &[Look],
    boundary: &str,
) -> Result<(), BoundaryError> {
    for (nth, look) in interrupted.iter().enumerate() {
        let expected = straight.get(nth).map_or("at the end", |expected| expected.boundary.as_str());
        if look.boundary != expected {
            return Err(BoundaryError::Differs {
                boundary: boundary.to_owned(),
                at: format!("at boundary {}", nth + 1),
                place: "the boundary".to_owned(),
                interrupted: look.boundary.clone(),
                straight: expected.to_owned(),
            });
        }
        same(&straight[nth].seen, &look.seen, boundary, &look.boundary)?;
    }
    Ok(())
}

/// Whether both came to the same end.
pub(super) fn compare_ends<S: Serialize>(
    straight: &WorkflowResult<S>,
    interrupted: &WorkflowResult<S>,
    boundary: &str,
) -> Result<(), BoundaryError> {
    same(&end(straight), &end(interrupted), boundary, "at the end")
}

fn same(straight: &Value, interrupted: &Value, boundary: &str, at: &str) -> Result<(), BoundaryError> {
    let Some(Difference { place, left, right }) = Difference::first(straight, interrupted) else {
        return Ok(());
    };
    let (boundary, at) = (boundary.to_owned(), at.to_owned());
    Err(BoundaryError::Differs { boundary, at, place, interrupted: right, straight: left })
}

fn end<S: Serialize>(result: &WorkflowResult<S>) -> Value {
    let path: Vec<&str> = result.path().iter().map(|visit| visit.name()).collect();
    let mut record = json::<RunRecord>(result.record());
    forget_record(&mut record);
    json!({ "path": path, "state": json(&result.state), "record": record })
}

/// What has no JSON is compared as the reason why; saving it is going to fail, and says more.
fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| Value::String(error.to_string()))
}

// Dates, ids, and numbers that only say in which order things happened: a pause takes a number too.

fn forget_record(record: &mut Value) {
    forget(record, &["run_id", "started_at", "finished_at"]);
    each(record, "steps", forget_step);
}

fn forget_step(step: &mut Value) {
    forget(step, &["started_at", "finished_at", "sequence"]);
    each(step, "earlier_visits", forget_step);
    each(step, "children", |child| child.get_mut("record").into_iter().for_each(forget_record));
}

fn forget(value: &mut Value, keys: &[&str]) {
    if let Value::Object(fields) = value {
        let kept = std::mem::take(fields).into_iter().filter(|(key, _)| !keys.contains(&key.as_str()));
        *fields = kept.collect::<Map<_, _>>();
    }
}

fn each(value: &mut Value, key: &str, change: fn(&mut Value)) {
    if let Some(Value::Array(values)) = value.get_mut(key) {
        values.iter_mut().for_each(change);
    }
}
