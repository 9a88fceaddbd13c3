//! `routes = { PATTERN => target, … }`

use super::entries::Entry;
use super::target::{self, TargetArg};
use crate::errors::Errors;
use crate::messages;

use crate::place::Place;
use crate::tokens::shown;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, LitStr, Pat, Token};

/// The arms that a block lists for a step.
pub(crate) struct RoutesArgs {
    pub(crate) key: Ident,
    pub(crate) arms: Vec<ArmArgs>,
    /// An arm could not be read.
    pub(crate) broken: bool,
}

/// One arm.
pub(crate) struct ArmArgs {
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) key: Option<LitStr>,
    pub(crate) pattern: Pat,
    pub(crate) target: TargetArg,
}

pub(crate) fn parse(entry: &Entry, place: &Place, errors: &Errors) -> RoutesArgs {
    let mut routes = RoutesArgs { key: entry.key.clone(), arms: Vec::new(), broken: false };
    let Some(braces) = entry.equals().and_then(braces) else {
        errors.push(entry.culprit(), messages::expected_routes(place));
        routes.broken = true;
        return routes;
    };
    if braces.stream().is_empty() {
        errors.push(TokenTree::Group(braces), messages::empty_routes(place));
        routes.broken = true;
        return routes;
    }
    // The parser never fails: it takes every token.
    let arms = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match arm(input, place, errors) {
                Some(arm) => routes.arms.push(arm),
                None => routes.broken = true,
            }
        }
        Ok(())
    };
    if arms.parse2(braces.stream()).is_err() {
        routes.broken = true;
    }
    routes
}

fn braces(tokens: &TokenStream) -> Option<Group> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

/// Reads one arm and the comma behind it.
fn arm(input: ParseStream<'_>, place: &Place, errors: &Errors) -> Option<ArmArgs> {
    let cfgs = attributes(input, place, errors);
    let mut sound = cfgs.is_some();
    let key = if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![=>]) {
        let written = written_key(input, place, errors);
        sound &= written.is_some();
        written
    } else {
        None
    };

    let pattern = pattern(input, place, errors);
    let target = if input.peek(Token![=>]) && input.parse::<Token![=>]>().is_ok() {
        goal(input, pattern.as_ref(), place, errors)
    } else {
        None
    };
    skip(input, |input| input.peek(Token![,]));
    let _: Option<Token![,]> = input.parse().ok().flatten();
    match (pattern, target) {
        (Some(pattern), Some(target)) if sound => {
            Some(ArmArgs { cfgs: cfgs.unwrap_or_default(), key, pattern, target })
        }
        _ => None,
    }
}

/// Takes everything in front of `=>`.
fn pattern(input: ParseStream<'_>, place: &Place, errors: &Errors) -> Option<Pat> {
    let start = input.cursor();
    let pattern = input.call(Pat::parse_multi_with_leading_vert).ok();
    let end = input.cursor();
    if pattern.is_some() && input.peek(Token![=>]) {
        return pattern;
    }
    let has_guard = pattern.is_some() && input.peek(Token![if]);
    skip(input, |input| input.peek(Token![=>]) || input.peek(Token![,]));
    if has_guard && input.peek(Token![=>]) {
        errors.push(between(end, input.cursor()), messages::route_guard(place));
        return pattern;
    }
    errors.push(or_next(between(start, input.cursor()), input), messages::expected_route(place));
    None
}

/// Takes everything behind `=>`.
fn goal(input: ParseStream<'_>, pattern: Option<&Pat>, place: &Place, errors: &Errors) -> Option<TargetArg> {
    let start = input.cursor();
    skip(input, |input| input.peek(Token![,]));
    let tokens = between(start, input.cursor());
    if tokens.is_empty() {
        if let Some(pattern) = pattern {
            errors.push(pattern, messages::expected_route(place));
        }
        return None;
    }
    let shown = pattern.map(|pattern| shown(&pattern.to_token_stream())).unwrap_or_default();
    target::from_tokens(&tokens, place, &shown, errors)
}

/// `#[cfg]` is the only attribute that an arm may carry.
fn attributes(input: ParseStream<'_>, place: &Place, errors: &Errors) -> Option<Vec<Attribute>> {
    let attributes = input.call(Attribute::parse_outer).ok()?;
    let mut sound = true;
    for attribute in &attributes {
        if !attribute.path().is_ident("cfg") {
            errors.push(attribute, messages::attribute_on_route(place));
            sound = false;
        }
    }
    sound.then_some(attributes)
}

/// `key = "other",` in front of a pattern.
fn written_key(input: ParseStream<'_>, place: &Place, errors: &Errors) -> Option<LitStr> {
    let name = input.call(Ident::parse_any).ok()?;
    let _: Token![=] = input.parse().ok()?;
    let before = input.cursor();
    skip(input, |input| input.peek(Token![,]) || input.peek(Token![=>]));
    let tokens = between(before, input.cursor());
    let _: Option<Token![,]> = input.parse().ok().flatten();
    if name != "key" {
        errors.push(&name, messages::unknown_route_key(place, &name.to_string()));
        return None;
    }
    match syn::parse2::<LitStr>(tokens.clone()) {
        Ok(text) if text.value().trim().is_empty() => {
            errors.push(text, messages::empty_text(place, "key"));
            None
        }
        Ok(text) => Some(text),
        Err(_) => {
            let blamed = if tokens.is_empty() { name.to_token_stream() } else { tokens };
            errors.push(blamed, messages::expected_text(place, "key", "other"));
            None
        }
    }
}

fn skip(input: ParseStream<'_>, stop: impl Fn(ParseStream<'_>) -> bool) {
    while !input.is_empty() && !stop(input) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

fn between(start: syn::buffer::Cursor<'_>, end: syn::buffer::Cursor<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    let mut here = start;
    while here < end {
        let Some((token, next)) = here.token_tree() else { break };
        tokens.extend([token]);
        here = next;
    }
    tokens
}

/// The given tokens, or the next one when there are none.
fn or_next(tokens: TokenStream, input: ParseStream<'_>) -> TokenStream {
    if !tokens.is_empty() {
        return tokens;
    }
    input.cursor().token_tree().map_or(tokens, |(token, _)| token.into())
}
