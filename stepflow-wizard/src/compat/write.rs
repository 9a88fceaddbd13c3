//! States in the shape of the original: ten keys.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::definition::CompletedBy;
use crate::record::{TransitionRecord, Trigger};
use crate::state::{Frame, State};
use crate::task::TaskState;
use crate::walk::said;
use crate::{Definition, Map};

/// A state in the shape of the original's `to_dict`: `current_stage`, `data`, `history`, `completed`,
/// `clarification_attempts`, `transitions`, `stage_entry_time`, `tasks`, `subflow_stack`, `skip_extraction`.
///
/// `data` holds whatever was said and followed from it, wherever the way leads, with the original's bookkeeping: `_skipped_x`
/// and `_stage_render_counts`.
#[must_use]
pub fn to_dict(definition: &Definition, state: &State) -> Value {
    let top = state.top();
    json!({
        "current_stage": top.stage,
        "data": data(definition, state),
        "history": history(top),
        "completed": state.is_completed(),
        "clarification_attempts": state.attempts,
        "transitions": state.log().map(transition).collect::<Vec<_>>(),
        "stage_entry_time": seconds(state.entered_at()),
        "tasks": { "tasks": state.tasks().iter().map(task).collect::<Vec<_>>() },
        "subflow_stack": stack(definition, state),
        "skip_extraction": false,
    })
}

/// Whatever was said in the flow being walked, and what followed from it, as the original keeps it.
#[must_use]
pub fn data(definition: &Definition, state: &State) -> Map {
    data_of(definition, state.top())
}

pub(super) fn data_of(definition: &Definition, frame: &Frame) -> Map {
    let mut data = said(frame, definition.settings().original());
    let mut renders = Map::new();
    for (stage, page) in &frame.pages {
        if page.skipped {
            data.insert(format!("_skipped_{stage}"), Value::Bool(true));
        }
        if page.renders > 0 {
            renders.insert(stage.to_string(), page.renders.into());
        }
    }
    if !renders.is_empty() {
        data.insert("_stage_render_counts".to_owned(), Value::Object(renders));
    }
    data
}

pub(super) fn history(frame: &Frame) -> Vec<Value> {
    frame.visits().map(|visit| visit.stage.as_ref().into()).collect()
}

fn stack(definition: &Definition, state: &State) -> Vec<Value> {
    let pairs = state.frames().windows(2);
    let entry = |pair: &[Frame]| {
        let [caller, called] = pair else { return Value::Null };
        let Some(back_to) = called.back_to() else { return Value::Null };
        let results: Map = back_to
            .results
            .iter()
            .map(|(child, parent)| (child.to_string(), parent.as_ref().into()))
            .collect();
        json!({
            "parent_stage": back_to.from,
            "parent_data": data_of(definition, caller),
            "parent_history": history(caller),
            "return_stage": back_to.to.as_ref().unwrap_or(&back_to.from),
            "result_mapping": results,
            "subflow_network": back_to.network,
            "push_timestamp": seconds(back_to.at),
        })
    };
    pairs.map(entry).collect()
}

fn transition(record: &TransitionRecord) -> Value {
    let user_input = match record.trigger {
        Trigger::Restart | Trigger::SubflowPush => Value::from(""),
        _ => Value::Null,
    };
    // The original tests no condition when it pushes or pops.
    let condition = record.condition.as_ref().filter(|_| record.pushed.is_none() && record.popped.is_none());
    json!({
        "from_stage": record.from,
        "to_stage": record.to,
        "timestamp": seconds(record.at),
        "trigger": record.trigger.original_name(),
        "duration_in_stage_ms": record.duration_ms,
        "data_snapshot": record.data,
        "user_input": user_input,
        "condition_evaluated": condition,
        "condition_result": condition.map(|_| true),
        "error": null,
        "subflow_push": record.pushed,
        "subflow_pop": record.popped,
        "subflow_depth": if record.trigger == Trigger::NavigationBack { 0 } else { record.depth },
    })
}

fn task(task: &TaskState) -> Value {
    let (kind, field, tool) = match &task.completed_by {
        CompletedBy::FieldExtraction(field) => ("field_extraction", Some(field), None),
        CompletedBy::Manual => ("manual", None, None),
        CompletedBy::StageExit => ("stage_exit", None, None),
        CompletedBy::ToolResult(tool) => ("tool_result", None, tool.as_ref()),
    };
    json!({
        "id": task.id,
        "description": task.description,
        "status": task.status.name(),
        "stage": task.stage,
        "required": task.required,
        "depends_on": task.depends_on,
        "completed_by": kind,
        "field_name": field,
        "tool_name": tool,
    })
}

/// Seconds since 1970, as Python's `time.time()`.
fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}
