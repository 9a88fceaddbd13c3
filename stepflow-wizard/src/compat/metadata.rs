//! What a page of the original is rendered from: fourteen keys, and a fifteenth while another flow is walked.

use serde_json::{Value, json};

use super::write::{data_of, history};
use crate::definition::CompiledFlow;
use crate::error::WizardError;
use crate::outcome::{Diagnostic, StageView};
use crate::state::{Frame, State};
use crate::{Definition, Env, Map, view};

/// What the original calls wizard metadata: where the wizard stands, as one map.
///
/// Beside the original's keys there are `prompt_rendered` and `diagnostics`. Fields that must not be shown are masked.
///
/// # Errors
///
/// The state does not fit the definition, or a text cannot be rendered.
///
/// ```
/// use stepflow_wizard::{Blueprint, Definition, Env, Flow, Stage, Timestamp, compat};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
/// let metadata = compat::metadata(&tea, &tea.begin(&env)?.state, &env)?;
/// assert_eq!(metadata["current_stage"], "kind");
/// assert_eq!(metadata["stages"][0]["status"], "current");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn metadata(definition: &Definition, state: &State, env: &Env) -> Result<Map, WizardError> {
    let seen = view::look(definition, state, &Map::new(), env.now, None)?;
    let mut view = seen.view;
    if !definition.settings().original() {
        view.progress = state.progress;
    }
    Ok(of_view(definition, state, &view, &seen.diagnostics))
}

pub(super) fn of_view(
    definition: &Definition,
    state: &State,
    view: &StageView,
    diagnostics: &[Diagnostic],
) -> Map {
    let (main, top) = (state.frames().first().unwrap_or_else(|| state.top()), state.top());
    let stages = &definition.main().stages;
    let index = stages.iter().position(|stage| stage.name == main.stage).unwrap_or(0);
    let current = definition.stage(&top.flow, &top.stage);
    let mode =
        current.and_then(|stage| stage.extra.get("mode")).cloned().unwrap_or_else(|| "structured".into());
    let mut metadata = map(json!({
        "current_stage": top.stage,
        "stage_index": index,
        "total_stages": stages.len(),
        "progress": view.progress,
        "progress_percent": view.progress * 100.0,
        "completed": state.is_completed(),
        "data": masked(definition, top),
        "history": history(top),
        "can_skip": view.can_skip,
        "can_go_back": view.can_go_back,
        "stage_prompt": current.map_or("", |stage| stage.prompt.source()),
        "suggestions": view.suggestions,
        "stages": view.roadmap.iter().map(|entry| json!({
            "name": entry.stage,
            "label": entry.title,
            "status": entry.standing.name(),
        })).collect::<Vec<_>>(),
        "stage_mode": mode,
        "prompt_rendered": view.prompt,
        "diagnostics": diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    if state.depth() > 0 {
        metadata.insert("subflow_stage".to_owned(), json!({ "name": view.stage, "label": view.title }));
    }
    metadata
}

/// The data, without what must not be shown.
fn masked(definition: &Definition, frame: &Frame) -> Map {
    let mut data = data_of(definition, frame);
    if let Some(flow) = definition.compiled(&frame.flow) {
        for (name, value) in &mut data {
            if is_sensitive_anywhere(flow, name) {
                *value = "•••".into();
            }
        }
    }
    data
}

fn is_sensitive_anywhere(flow: &CompiledFlow, field: &str) -> bool {
    (0..flow.stages.len()).any(|at| crate::advance::is_sensitive(flow, at, field))
}

fn map(value: Value) -> Map {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
