//! Names: of methods, in public, of handles.

use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::model::{Flow, Rival, Step};

pub(crate) fn check<D: Dialect>(flow: &Flow<'_, D>, errors: &Errors) {
    for (index, step) in flow.steps.iter().enumerate() {
        duplicates(flow, index, step, errors);
        if !reserved(step, errors) {
            handles(flow, index, step, errors);
        }
    }
}

fn reserved<D: Dialect>(step: &Step<'_, D>, errors: &Errors) -> bool {
    if D::WORDS.reserved_methods.contains(&step.method_name.as_str()) {
        errors.push(&step.method.sig.ident, messages::reserved_method(&step.place));
        return true;
    }
    if D::WORDS.reserved_names.contains(&step.name.as_str()) {
        errors.push(&step.name_tokens, messages::reserved_public_name(&step.place, &step.name));
    }
    false
}

fn duplicates<D: Dialect>(flow: &Flow<'_, D>, index: usize, step: &Step<'_, D>, errors: &Errors) {
    let twin = flow.steps.iter().enumerate().any(|(other, candidate)| {
        other != index && candidate.name == step.name && !are_variants(candidate, step)
    });
    if twin {
        errors.push(&step.name_tokens, messages::duplicate_public_name(&step.place, &step.name));
    }
}

fn handles<D: Dialect>(flow: &Flow<'_, D>, index: usize, step: &Step<'_, D>, errors: &Errors) {
    let handle = step.handle.to_string();
    let message = match flow.rival(index) {
        None => return,
        Some(Rival::Item) => messages::handle_name_taken(&step.place, &handle),
        Some(Rival::Step(other)) => messages::handle_names_clash(&step.place, &handle, other),
    };
    errors.push(&step.method.sig.ident, message);
}

/// One method written twice, under different `#[cfg]`s.
fn are_variants<D: Dialect>(left: &Step<'_, D>, right: &Step<'_, D>) -> bool {
    left.method_name == right.method_name && !left.cfgs.is_empty() && !right.cfgs.is_empty()
}
