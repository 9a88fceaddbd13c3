//! Stage three: is it sound?
//!
//! Rules only. Each looks at the whole model and reports what it finds; none depends on another.

mod block;
mod names;
mod patterns;
mod routes;
mod signature;
mod targets;
pub(crate) mod wizard;
pub(crate) mod workflow;

use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::model::Flow;

pub(crate) fn flow<D: Dialect>(flow: &Flow<'_, D>, errors: &Errors) {
    block::check(flow, errors);
    D::check_block(flow, errors);
    for (index, step) in flow.steps.iter().enumerate() {
        signature::check(step, errors);
        D::check_step(step, errors);
        routes::check(step, errors);
        targets::check(flow, index, errors);
    }
    names::check(flow, errors);
    targets::check_reached(flow, errors);
}
