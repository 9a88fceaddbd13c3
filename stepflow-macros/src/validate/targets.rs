//! Where steps lead.

use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::model::{Destination, Flow, Graph, Step};
use syn::ext::IdentExt as _;

pub(crate) fn check<D: Dialect>(flow: &Flow<'_, D>, index: usize, errors: &Errors) {
    let step = &flow.steps[index];
    for target in step.targets() {
        let name = target.name.unraw().to_string();
        match &target.to {
            Destination::End | Destination::Unreadable => {}
            Destination::Steps(_) if flow.block.args.allows_loops => {}
            Destination::Steps(_) if name == step.method_name => {
                errors.push(target.name, messages::self_target(&step.place));
            }
            Destination::Steps(steps) => {
                if steps.iter().any(|&to| to < index) {
                    errors.push(target.name, messages::backward_target(&step.place, &name));
                }
            }
            Destination::Unknown => {
                errors.push(target.name, unknown(flow, step, index, &name));
            }
        }
    }
}

/// Reports every step that nothing can reach, once it is known where all steps lead.
pub(crate) fn check_reached<D: Dialect>(flow: &Flow<'_, D>, errors: &Errors) {
    let unreachable = Graph::of(flow).map(|graph| graph.unreachable()).unwrap_or_default();
    for index in unreachable {
        let step = &flow.steps[index];
        errors.push(
            &step.method.sig.ident,
            messages::unreachable_step(&step.place, flow.block.args.allows_loops),
        );
    }
}

fn unknown<D: Dialect>(flow: &Flow<'_, D>, step: &Step<'_, D>, index: usize, name: &str) -> String {
    if let Some(named) = flow.steps.iter().find(|other| other.name == name) {
        return messages::target_by_public_name(&step.place, name, &named.method_name);
    }
    if flow.has_helper(name) {
        return messages::target_is_helper(&step.place, name);
    }
    let allows_loops = flow.block.args.allows_loops;
    let first = if allows_loops { 0 } else { index + 1 };
    let ahead: Vec<&str> = flow.steps[first..].iter().map(|step| step.method_name.as_str()).collect();
    messages::unknown_target(&step.place, name, &ahead, allows_loops)
}
