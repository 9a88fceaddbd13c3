//! Whether a state fits a definition. A saved state is not trusted.

use std::sync::Arc;

use crate::definition::{ChangedDefinition, Difference, StageKind};
use crate::error::{Corrupt, Refused, WizardError};
use crate::state::{State, Status};
use crate::{Definition, Env};

/// Lets a state in, carried over to this definition if the settings allow that.
pub(crate) fn admit(definition: &Definition, state: State, env: &Env) -> Result<State, Box<Refused>> {
    if let Some(difference) = difference(definition, &state) {
        let migrates = definition.settings().changed == ChangedDefinition::Migrate;
        if migrates && !matches!(difference, Difference::Name { .. }) {
            return definition.migrate(state, env).map(|outcome| outcome.state);
        }
        return Err(Box::new(Refused { error: WizardError::DefinitionChanged(difference), state }));
    }
    match fits(definition, &state) {
        Ok(()) => Ok(state),
        Err(error) => Err(Box::new(Refused { error, state })),
    }
}

/// How the definition differs from the one that the state was saved under.
pub(super) fn difference(definition: &Definition, state: &State) -> Option<Difference> {
    let (saved, current) = (&state.definition, definition.id());
    if saved.name != current.name {
        let (saved, current) = (Arc::clone(&saved.name), Arc::clone(&current.name));
        return Some(Difference::Name { saved, current });
    }
    if saved.version != current.version {
        let (saved, current) = (Arc::clone(&saved.version), Arc::clone(&current.version));
        return Some(Difference::Version { saved, current });
    }
    if saved.fingerprint == current.fingerprint {
        return None;
    }
    let gone = state.frames.iter().find_map(|frame| {
        let flow = definition.compiled(&frame.flow)?;
        frame.pages.keys().chain([&frame.stage]).find(|stage| flow.position(stage).is_none())
    });
    Some(match gone {
        Some(stage) => Difference::StageRemoved { stage: Arc::clone(stage) },
        None => Difference::Meaning { name: Arc::clone(&current.name) },
    })
}

/// Whether every flow, and every stage that a frame stands at, is there.
pub(super) fn fits(definition: &Definition, state: &State) -> Result<(), WizardError> {
    let missing = |flow: &str, stage: &str| {
        let name = if flow.is_empty() { stage.to_owned() } else { format!("{flow}/{stage}") };
        WizardError::StageNotFound(name.into())
    };
    for (depth, frame) in state.frames.iter().enumerate() {
        let there = |flow: &str, stage: &str| definition.stage(flow, stage).is_some();
        if !there(&frame.flow, &frame.stage) {
            return Err(missing(&frame.flow, &frame.stage));
        }
        if (depth == 0) != frame.flow.is_empty() {
            return Err(Corrupt::new(
                format!("frames[{depth}].flow"),
                "the flow is not the one that stands there",
            )
            .into());
        }
        if let (Some(back_to), Some(caller)) =
            (&frame.back_to, depth.checked_sub(1).and_then(|caller| state.frames.get(caller)))
        {
            for stage in [Some(&back_to.from), back_to.to.as_ref()].into_iter().flatten() {
                if !there(&caller.flow, stage) {
                    return Err(missing(&caller.flow, stage));
                }
            }
        }
    }
    let at_end =
        definition.stage(state.flow(), state.stage()).is_some_and(|stage| stage.kind == StageKind::End);
    let finished = state.frames.len() == 1 && at_end;
    if state.status == Status::Completed && !finished && !definition.settings().original() {
        return Err(Corrupt::new("status", "it is completed, and stands at no end").into());
    }
    Ok(())
}
