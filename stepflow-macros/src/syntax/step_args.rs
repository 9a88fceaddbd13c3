//! `#[step(…)]`

use super::entries::{self, Value};
use super::routes::{self, RoutesArgs};
use super::target::{self, TargetArg};
use super::values;
use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Ident, TokenStream};
use syn::LitStr;

/// What `#[step]` says.
pub(crate) struct StepArgs<D: Dialect> {
    pub(crate) name: Option<LitStr>,
    pub(crate) routes: Option<RoutesArgs>,
    pub(crate) next: Option<TargetArg>,
    /// The key `next`, also when its target could not be read.
    pub(crate) next_key: Option<Ident>,
    pub(crate) fallible: Option<Ident>,
    /// Something that decides where the step leads could not be read.
    pub(crate) lost_target: bool,
    /// What only this dialect says.
    pub(crate) own: D::StepArgs,
}

impl<D: Dialect> StepArgs<D> {
    /// Nothing is said.
    pub(crate) fn blank() -> Self {
        Self {
            name: None,
            routes: None,
            next: None,
            next_key: None,
            fallible: None,
            lost_target: false,
            own: D::StepArgs::default(),
        }
    }

    /// It cannot be known what is said.
    pub(crate) fn lost() -> Self {
        Self { lost_target: true, ..Self::blank() }
    }
}

pub(crate) fn parse<D: Dialect>(tokens: TokenStream, place: &Place, errors: &Errors) -> StepArgs<D> {
    let mut step = StepArgs::blank();
    for entry in entries::read(tokens, D::WORDS.step_keys, place, errors) {
        match entry.name().as_str() {
            "name" => step.name = values::text(&entry, place, D::WORDS.example_names.1, errors),
            "routes" => {
                let routes = routes::parse(&entry, place, errors);
                step.lost_target |= routes.broken;
                step.routes = Some(routes);
            }
            "next" => {
                step.next = target::parse(&entry, place, errors);
                step.lost_target |= step.next.is_none();
                step.next_key = Some(entry.key);
            }
            "fallible" => {
                if !matches!(entry.value, Value::Absent) {
                    errors.push(entry.culprit(), messages::expected_flag(place, "fallible"));
                }
                step.fallible = Some(entry.key);
            }
            _ => D::read_step_key(&mut step, entry, place, errors),
        }
    }
    step
}
