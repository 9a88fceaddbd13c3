//! Definitions that the original refuses: those that a definition loaded at run time can express are
//! refused by its check, the others do not compile.

use serde_json::{Value, json};
use stepflow::WorkflowDefinition;

use super::format::{CallRefusal, Carries, DefinitionRefusal};

/// How a recorded refusal is met here.
pub(crate) enum Met {
    /// By the check of a loaded definition.
    Checked,
    /// By the compiler: `tests-ui/ui` holds the files that must not compile.
    Elsewhere,
}

pub(crate) fn definition(row: &DefinitionRefusal) -> Result<Met, String> {
    if row.rust == Carries::Runtime {
        return Err("a definition error that is left to the run".to_owned());
    }
    let Some(refusal) = &row.run else { return Ok(Met::Elsewhere) };
    let Some((written, complaints)) = written(&refusal.message) else { return Ok(Met::Elsewhere) };
    for (written, complaint) in written.into_iter().zip(complaints) {
        let shown = written.to_string();
        match serde_json::from_value::<WorkflowDefinition>(written) {
            Ok(_) => return Err(format!("{shown} is taken")),
            Err(error) if error.to_string().contains(complaint) => {}
            Err(error) => return Err(format!("{shown} is refused because {error}, not for {complaint:?}")),
        }
    }
    Ok(Met::Checked)
}

/// None of them can be called wrongly: a state is a value, a context is made by the run, and a graph is
/// a function of a workflow's type.
pub(crate) fn call(row: &CallRefusal) -> Result<Met, String> {
    if row.rust == Carries::Runtime {
        return Err("a call error that is left to the run".to_owned());
    }
    Ok(Met::Elsewhere)
}

/// What the original says of a mistake, the same mistake in a loaded definition, and what is said here.
/// `None` where a loaded definition cannot make it: its types have no room for an error kind, a
/// signature or a reserved name, and empty routes are no routes.
fn written(recorded: &str) -> Option<(Vec<Value>, Vec<&'static str>)> {
    let steps = |steps: Value| vec![json!({"name": "w", "steps": steps})];
    let first = |mut step: Value| {
        step["name"] = json!("first");
        steps(json!([step, {"name": "second"}]))
    };
    let route = |key: &str, target: Value| json!({"routes": [{"key": key, "target": target}]});
    let says = |needle: &str| recorded.contains(needle);
    let found = if says("at least one step") {
        (steps(json!([])), vec!["has no steps"])
    } else if says("Duplicate step name") {
        (steps(json!([{"name": "first"}, {"name": "first"}])), vec!["two steps named `first`"])
    } else if says("retry count must be zero or greater") {
        let workflow = json!({"name": "w", "retry": {"times": -1}, "steps": [{"name": "first"}]});
        let step = first(json!({"retry": {"times": -1}})).remove(0);
        (vec![workflow, step], vec!["invalid value: integer `-1`"; 2])
    } else if says("retry_delay must be zero or greater") {
        let workflow = json!({"name": "w", "retry": {"delay": "-1s"}, "steps": [{"name": "first"}]});
        let step = first(json!({"retry": {"delay": "-1s"}})).remove(0);
        (vec![workflow, step], vec!["negative"; 2])
    } else if says("route keys must be non-empty") {
        (first(route("", json!("end"))), vec!["an empty route key"])
    } else if says("route targets must be non-empty") {
        (first(route("k", json!({"step": ""}))), vec!["leads from step `first` to ``"])
    } else if says("does not match a workflow step") {
        (first(route("k", json!({"step": "third"}))), vec!["to `third`, which is no step of it"])
    } else if says("must point to a later step") {
        let to_itself = first(route("k", json!({"step": "first"}))).remove(0);
        let back = json!({"name": "w", "steps": [
            {"name": "first"}, {"name": "second", "routes": [{"key": "k", "target": {"step": "first"}}]},
        ]});
        (vec![to_itself, back], vec!["back to `first`; a target must be a later step"; 2])
    } else if says("approval_message must be None or a non-empty") {
        (first(json!({"approval": {"message": ""}})), vec!["approval message is empty"])
    } else if says("requires_approval must be a boolean") {
        (first(json!({"approval": "yes"})), vec!["invalid type: string \"yes\""])
    } else if says("approval_metadata must be None or a dictionary") {
        (first(json!({"approval": {"metadata": 5}})), vec!["expected a map"])
    } else {
        return None;
    };
    Some(found)
}
