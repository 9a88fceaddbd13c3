//! Where steps lead.

use crate::errors::Errors;
use crate::messages;
use crate::model::{Destination, Graph, Step, Workflow};
use syn::ext::IdentExt as _;

pub(crate) fn check(workflow: &Workflow<'_>, index: usize, errors: &Errors) {
    let step = &workflow.steps[index];
    for target in step.targets() {
        let name = target.name.unraw().to_string();
        match &target.to {
            Destination::End | Destination::Unreadable => {}
            Destination::Steps(_) if workflow.block.args.allows_loops => {}
            Destination::Steps(_) if name == step.method_name => {
                errors.push(target.name, messages::self_target(&step.place));
            }
            Destination::Steps(steps) => {
                if steps.iter().any(|&to| to < index) {
                    errors.push(target.name, messages::backward_target(&step.place, &name));
                }
            }
            Destination::Unknown => {
                errors.push(target.name, unknown(workflow, step, index, &name));
            }
        }
    }
}

/// Reports every step that nothing can reach, once it is known where all steps lead.
pub(crate) fn check_reached(workflow: &Workflow<'_>, errors: &Errors) {
    let unreachable = Graph::of(workflow).map(|graph| graph.unreachable()).unwrap_or_default();
    for index in unreachable {
        let step = &workflow.steps[index];
        errors.push(
            &step.method.sig.ident,
            messages::unreachable_step(&step.place, workflow.block.args.allows_loops),
        );
    }
}

fn unknown(workflow: &Workflow<'_>, step: &Step<'_>, index: usize, name: &str) -> String {
    if let Some(named) = workflow.steps.iter().find(|other| other.name == name) {
        return messages::target_by_public_name(&step.place, name, &named.method_name);
    }
    if workflow.has_helper(name) {
        return messages::target_is_helper(&step.place, name);
    }
    let allows_loops = workflow.block.args.allows_loops;
    let first = if allows_loops { 0 } else { index + 1 };
    let ahead: Vec<&str> = workflow.steps[first..].iter().map(|step| step.method_name.as_str()).collect();
    messages::unknown_target(&step.place, name, &ahead, allows_loops)
}
