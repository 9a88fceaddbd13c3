//! `#[workflow(…)]`

use super::entries::{self, Entry};
use super::keys::WORKFLOW;
use super::retry::{self, RetryArgs};
use super::values::{self, Keyed, Number};
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Ident, TokenStream};
use syn::parse::Parser;
use syn::{LitStr, Path, Type};

/// What `#[workflow]` says.
#[derive(Clone, Default)]
pub(crate) struct WorkflowArgs {
    pub(crate) state: Option<Type>,
    /// The key `state`, also when its type could not be read.
    pub(crate) state_key: Option<Ident>,
    /// `state` is missing because another key is misspelled.
    pub(crate) state_is_misspelled: bool,
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<Number>,
    pub(crate) max_visits: Option<Keyed<Number>>,
    /// The key `max_visits` is there, also when its value could not be read.
    pub(crate) allows_loops: bool,
    pub(crate) retry: RetryArgs,
    pub(crate) krate: Option<Path>,
}

pub(crate) fn parse(tokens: TokenStream, place: &Place, errors: &Errors) -> WorkflowArgs {
    let mut workflow = WorkflowArgs {
        state_is_misspelled: entries::misspells(tokens.clone(), WORKFLOW, "state"),
        ..WorkflowArgs::default()
    };
    for entry in entries::read(tokens, WORKFLOW, place, errors) {
        match entry.name().as_str() {
            "state" => {
                workflow.state = state(&entry, place, errors);
                workflow.state_key = Some(entry.key);
            }
            "name" => workflow.name = values::text(&entry, place, "refund", errors),
            "version" => workflow.version = values::number(&entry, place, errors),
            "max_visits" => {
                workflow.max_visits =
                    values::number(&entry, place, errors).map(|value| Keyed::new(&entry, value));
                workflow.allows_loops = true;
            }
            "retry" => workflow.retry = retry::parse(&entry, place, errors),
            "crate" => workflow.krate = krate(&entry, place, errors),
            _ => {}
        }
    }
    workflow
}

fn state(entry: &Entry, place: &Place, errors: &Errors) -> Option<Type> {
    let state = entry.equals().and_then(|tokens| syn::parse2(tokens.clone()).ok());
    if state.is_none() {
        errors.push(entry.culprit(), messages::expected_state(place));
    }
    state
}

fn krate(entry: &Entry, place: &Place, errors: &Errors) -> Option<Path> {
    let path = entry.equals().and_then(|tokens| Path::parse_mod_style.parse2(tokens.clone()).ok());
    if path.is_none() {
        errors.push(entry.culprit(), messages::expected_crate(place));
    }
    path
}
