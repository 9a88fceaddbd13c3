//! The wizard as a whole, and flows.

use super::stage;
use super::{Keys, Node, WriteError, parts, settings};
use crate::definition::{AnswerModel, Blueprint, Flow};

pub(super) fn write(blueprint: &Blueprint) -> Result<Node, WriteError> {
    let mut keys = Keys::default();
    keys.text("name", Some(&blueprint.name));
    keys.text("version", Some(&blueprint.version));
    keys.text("description", blueprint.description.as_ref());
    keys.map("settings", settings::write(&blueprint.settings));
    keys.list("global_tasks", blueprint.tasks.iter().map(parts::task));
    flow(&mut keys, &blueprint.main)?;
    Ok(keys.node())
}

fn flow(keys: &mut Keys, flow: &Flow) -> Result<(), WriteError> {
    if flow.behaviour.is_some() {
        return Err(WriteError::Behaviour { flow: flow.name.clone() });
    }
    if flow.answers == AnswerModel::PerStage {
        keys.put("answers", Node::text("per_stage"));
    }
    let mut subflows = Keys::default();
    for (name, subflow) in &flow.subflows {
        subflows.put(name, self::subflow(subflow)?);
    }
    keys.map("subflows", subflows);
    keys.list("stages", flow.stages.iter().map(stage::write));
    Ok(())
}

fn subflow(subflow: &Flow) -> Result<Node, WriteError> {
    let mut keys = Keys::default();
    keys.text("name", Some(&subflow.name));
    keys.text("description", subflow.description.as_ref());
    keys.map("settings", settings::of_flow(&subflow.settings));
    flow(&mut keys, subflow)?;
    Ok(keys.node())
}
