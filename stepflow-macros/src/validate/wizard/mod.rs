//! The rules that only wizards have.

mod answer;
mod ways;

use crate::dialect::Wizard;
use crate::errors::Errors;
use crate::model::Step;

pub(crate) fn check_step(step: &Step<'_, Wizard>, errors: &Errors) {
    answer::check(step, errors);
    ways::check(step, errors);
}
