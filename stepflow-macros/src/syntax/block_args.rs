//! `#[workflow(…)]`, `#[wizard(…)]`

use super::entries::{self, Entry};
use super::values::{self, Number};
use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Ident, TokenStream};
use syn::parse::Parser;
use syn::{LitStr, Path, Type};

/// What the attribute of a block says.
pub(crate) struct BlockArgs<D: Dialect> {
    pub(crate) state: Option<Type>,
    /// The key `state`, also when its type could not be read.
    pub(crate) state_key: Option<Ident>,
    /// `state` is missing because another key is misspelled.
    pub(crate) state_is_misspelled: bool,
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<Number>,
    /// Routes may lead back; also when it could not be read how often.
    pub(crate) allows_loops: bool,
    pub(crate) krate: Option<Path>,
    /// What only this dialect says.
    pub(crate) own: D::BlockArgs,
}

pub(crate) fn parse<D: Dialect>(tokens: TokenStream, place: &Place, errors: &Errors) -> BlockArgs<D> {
    let keys = D::WORDS.block_keys;
    let mut block = BlockArgs {
        state: None,
        state_key: None,
        state_is_misspelled: entries::misspells(tokens.clone(), keys, "state"),
        name: None,
        version: None,
        allows_loops: false,
        krate: None,
        own: D::BlockArgs::default(),
    };
    for entry in entries::read(tokens, keys, place, errors) {
        match entry.name().as_str() {
            "state" => {
                block.state = state(&entry, place, errors);
                block.state_key = Some(entry.key);
            }
            "name" => block.name = values::text(&entry, place, D::WORDS.example_names.0, errors),
            "version" => block.version = values::number(&entry, place, errors),
            "crate" => block.krate = krate(&entry, place, errors),
            _ => D::read_block_key(&mut block, entry, place, errors),
        }
    }
    block
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
