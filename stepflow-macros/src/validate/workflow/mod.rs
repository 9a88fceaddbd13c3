//! The rules that only workflows have.

mod retry;
mod signature;
mod time;

use crate::dialect::Workflow;
use crate::errors::Errors;
use crate::model::{Flow, Step};

pub(crate) fn check_block(workflow: &Flow<'_, Workflow>, errors: &Errors) {
    retry::check_block(workflow, errors);
    time::check_block(workflow, errors);
}

pub(crate) fn check_step(step: &Step<'_, Workflow>, errors: &Errors) {
    signature::check(step, errors);
    retry::check_step(step, errors);
    time::check_step(step, errors);
}
