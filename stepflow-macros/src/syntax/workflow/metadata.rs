//! `metadata = { key: value, … }`

use super::super::entries::{self, Entry};
use super::super::values;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::{Expr, ExprUnary, Lit, UnOp};

/// A value that is shown with an approval.
#[derive(Clone)]
pub(crate) enum Metadata {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Map(Vec<MetadataEntry>),
}

/// One named value.
#[derive(Clone)]
pub(crate) struct MetadataEntry {
    pub(crate) key: String,
    pub(crate) value: Metadata,
}

pub(crate) fn parse(entry: &Entry, place: &Place, errors: &Errors) -> Vec<MetadataEntry> {
    match entry.equals().and_then(|tokens| only_group(tokens, Delimiter::Brace)) {
        Some(map) => map_entries(&map, place, errors),
        None => {
            errors.push(entry.culprit(), messages::expected_metadata(place));
            Vec::new()
        }
    }
}

fn map_entries(map: &Group, place: &Place, errors: &Errors) -> Vec<MetadataEntry> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for part in entries::split(map.stream()) {
        let tokens: TokenStream = part.iter().cloned().collect();
        let (name, rest) = match part.as_slice() {
            [name, TokenTree::Punct(colon), rest @ ..] if colon.as_char() == ':' => (name, rest),
            _ => {
                errors.push(tokens, messages::expected_metadata(place));
                continue;
            }
        };
        let Some(key) = key_text(name) else {
            errors.push(name, messages::expected_metadata_key(place));
            continue;
        };
        if !seen.insert(key.clone()) {
            errors.push(name, messages::repeated_metadata_key(place, &key));
            continue;
        }
        if rest.is_empty() {
            errors.push(name, messages::expected_metadata_value(place));
        } else if let Some(value) = value(rest.iter().cloned().collect(), place, errors) {
            found.push(MetadataEntry { key, value });
        }
    }
    found
}

fn key_text(name: &TokenTree) -> Option<String> {
    use syn::ext::IdentExt as _;
    match name {
        TokenTree::Ident(name) => Some(name.unraw().to_string()),
        TokenTree::Literal(literal) => syn::parse2::<syn::LitStr>(TokenTree::Literal(literal.clone()).into())
            .ok()
            .map(|text| text.value()),
        _ => None,
    }
}

fn value(tokens: TokenStream, place: &Place, errors: &Errors) -> Option<Metadata> {
    if let Some(map) = only_group(&tokens, Delimiter::Brace) {
        return Some(Metadata::Map(map_entries(&map, place, errors)));
    }
    if let Some(list) = only_group(&tokens, Delimiter::Bracket) {
        let items = entries::split(list.stream());
        let values = items.into_iter().filter_map(|item| value(item.into_iter().collect(), place, errors));
        return Some(Metadata::List(values.collect()));
    }
    let (expression, negative) = match syn::parse2::<Expr>(tokens.clone()).map(values::ungrouped) {
        Ok(Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. })) => (Some(*expr), true),
        other => (other.ok(), false),
    };
    let found = match expression {
        Some(Expr::Lit(literal)) => scalar(&literal.lit, negative),
        Some(Expr::Path(path)) if !negative && path.path.is_ident("null") => Some(Metadata::Null),
        _ => None,
    };
    if found.is_none() {
        errors.push(tokens, messages::expected_metadata_value(place));
    }
    found
}

fn scalar(literal: &Lit, negative: bool) -> Option<Metadata> {
    let sign = if negative { "-" } else { "" };
    match literal {
        Lit::Int(number) => format!("{sign}{}", number.base10_digits()).parse().ok().map(Metadata::Integer),
        Lit::Float(number) => format!("{sign}{}", number.base10_digits())
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Metadata::Float),
        Lit::Str(text) if !negative => Some(Metadata::Text(text.value())),
        Lit::Bool(switch) if !negative => Some(Metadata::Bool(switch.value)),
        _ => None,
    }
}

fn only_group(tokens: &TokenStream, delimiter: Delimiter) -> Option<Group> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}
