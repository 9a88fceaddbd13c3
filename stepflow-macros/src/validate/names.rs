//! Names: of methods, in public, of handles.

use crate::errors::Errors;
use crate::messages;
use crate::model::{Rival, Step, Workflow};

const RESERVED: [&str; 4] = ["run", "graph", "resume", "END"];

pub(crate) fn check(workflow: &Workflow<'_>, errors: &Errors) {
    for (index, step) in workflow.steps.iter().enumerate() {
        duplicates(workflow, index, step, errors);
        if !reserved(step, errors) {
            handles(workflow, index, step, errors);
        }
    }
}

fn reserved(step: &Step<'_>, errors: &Errors) -> bool {
    if RESERVED.contains(&step.method_name.as_str()) {
        errors.push(&step.method.sig.ident, messages::reserved_method(&step.place));
        return true;
    }
    if RESERVED.contains(&step.name.as_str()) {
        errors.push(&step.name_tokens, messages::reserved_public_name(&step.place, &step.name));
    }
    false
}

fn duplicates(workflow: &Workflow<'_>, index: usize, step: &Step<'_>, errors: &Errors) {
    let twin = workflow.steps.iter().enumerate().any(|(other, candidate)| {
        other != index && candidate.name == step.name && !are_variants(candidate, step)
    });
    if twin {
        errors.push(&step.name_tokens, messages::duplicate_public_name(&step.place, &step.name));
    }
}

fn handles(workflow: &Workflow<'_>, index: usize, step: &Step<'_>, errors: &Errors) {
    let handle = step.handle.to_string();
    let message = match workflow.rival(index) {
        None => return,
        Some(Rival::Item) => messages::handle_name_taken(&step.place, &handle),
        Some(Rival::Step(other)) => messages::handle_names_clash(&step.place, &handle, other),
    };
    errors.push(&step.method.sig.ident, message);
}

/// One method written twice, under different `#[cfg]`s.
fn are_variants(left: &Step<'_>, right: &Step<'_>) -> bool {
    left.method_name == right.method_name && !left.cfgs.is_empty() && !right.cfgs.is_empty()
}
