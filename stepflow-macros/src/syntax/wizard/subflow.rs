//! `subflow = Lodging` and `subflow(wizard = Lodging, with = …, data = { … }, results = { … })`

use super::super::entries::{self, Entry, Value};
use super::super::values;
use super::SUBFLOW;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, LitStr, Token, Type};

/// Another wizard that is walked inside of this one.
pub(crate) struct SubflowArgs {
    pub(crate) key: Ident,
    /// `None` when it could not be read.
    pub(crate) wizard: Option<Type>,
    /// What puts the other wizard around its state.
    pub(crate) with: Option<Expr>,
    /// Fields handed in: from this wizard's state to the other's.
    pub(crate) data: Vec<Mapping>,
    /// Fields handed back: from the other wizard's state to the step's answer.
    pub(crate) results: Option<Vec<Mapping>>,
}

/// `from: to`
pub(crate) struct Mapping {
    pub(crate) from: Field,
    pub(crate) to: Field,
}

/// One field of a state or an answer.
pub(crate) enum Field {
    /// By its name in Rust.
    Named(Ident),
    /// By its name in JSON.
    Quoted(LitStr),
}

impl Field {
    /// Its name in JSON.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Named(name) => name.unraw().to_string(),
            Self::Quoted(text) => text.value(),
        }
    }
}

pub(crate) fn parse(entry: &Entry, place: &Place, errors: &Errors) -> SubflowArgs {
    let mut subflow =
        SubflowArgs { key: entry.key.clone(), wizard: None, with: None, data: Vec::new(), results: None };
    let Value::List(list) = &entry.value else {
        subflow.wizard = wizard(entry, place, errors);
        return subflow;
    };
    let mut is_named = false;
    for part in entries::read(list.stream(), SUBFLOW, place, errors) {
        match part.name().as_str() {
            "wizard" => {
                is_named = true;
                subflow.wizard = wizard(&part, place, errors);
            }
            "with" => {
                subflow.with = values::expression(&part);
                if subflow.with.is_none() {
                    errors.push(part.culprit(), messages::expected_factory(place));
                }
            }
            "data" => subflow.data = mappings(&part, place, errors).unwrap_or_default(),
            "results" => subflow.results = mappings(&part, place, errors),
            _ => {}
        }
    }
    if !is_named && !entries::misspells(list.stream(), SUBFLOW, "wizard") {
        errors.push(&subflow.key, messages::expected_subflow(place));
    }
    subflow
}

fn wizard(entry: &Entry, place: &Place, errors: &Errors) -> Option<Type> {
    let wizard = entry.equals().and_then(|tokens| syn::parse2(tokens.clone()).ok());
    if wizard.is_none() {
        errors.push(entry.culprit(), messages::expected_subflow(place));
    }
    wizard
}

/// `{ from: to, … }`
fn mappings(entry: &Entry, place: &Place, errors: &Errors) -> Option<Vec<Mapping>> {
    let in_braces = |input: ParseStream<'_>| {
        let content;
        syn::braced!(content in input);
        Punctuated::<Mapping, Token![,]>::parse_terminated_with(&content, mapping)
    };
    let read = entry.equals().map(|tokens| in_braces.parse2(tokens.clone()));
    match read {
        Some(Ok(mappings)) => Some(mappings.into_iter().collect()),
        _ => {
            errors.push(entry.culprit(), messages::expected_mappings(place, &entry.name()));
            None
        }
    }
}

fn mapping(input: ParseStream<'_>) -> syn::Result<Mapping> {
    let from = field(input)?;
    input.parse::<Token![:]>()?;
    Ok(Mapping { from, to: field(input)? })
}

fn field(input: ParseStream<'_>) -> syn::Result<Field> {
    if input.peek(LitStr) {
        return Ok(Field::Quoted(input.parse()?));
    }
    Ok(Field::Named(input.call(Ident::parse_any)?))
}
