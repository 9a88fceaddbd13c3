//! Stage three: is it a sound workflow?
//!
//! Rules only. Each looks at the whole model and reports what it finds; none depends on another.

mod block;
mod names;
mod patterns;
mod retry;
mod routes;
mod signature;
mod targets;
mod time;

use crate::errors::Errors;
use crate::model::Workflow;

pub(crate) fn workflow(workflow: &Workflow<'_>, errors: &Errors) {
    block::check(workflow, errors);
    retry::check_workflow(workflow, errors);
    time::check_workflow(workflow, errors);
    for (index, step) in workflow.steps.iter().enumerate() {
        signature::check(step, errors);
        retry::check_step(step, errors);
        time::check_step(step, errors);
        routes::check(step, errors);
        targets::check(workflow, index, errors);
    }
    names::check(workflow, errors);
    targets::check_reached(workflow, errors);
}
