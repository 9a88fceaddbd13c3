//! The members of the block. Only signatures are parsed; bodies stay tokens.

use super::attributes::{self, RawAttribute};
use super::step_args::{self, StepArgs};
use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Path, Signature, Token, Visibility, token};

/// One item of the block.
pub(crate) struct Member<D: Dialect> {
    /// Without those that belong to us.
    pub(crate) attributes: Vec<RawAttribute>,
    pub(crate) kind: Kind,
    /// Present when the member is a method that carries `#[step]`.
    pub(crate) step: Option<StepArgs<D>>,
    /// The word `step` of its `#[step]`, readable or not.
    pub(crate) mark: Option<Ident>,
    tokens: TokenStream,
}

/// What an item is, as far as we care.
pub(crate) enum Kind {
    /// A constant.
    Const(Ident),
    Method(Box<Method>),
    /// A macro call, an inner attribute, an associated type.
    Other,
    /// Unfinished code, or syntax that is newer than this crate.
    Unreadable {
        name: Option<Ident>,
    },
}

/// A method's head.
pub(crate) struct Method {
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) has_body: bool,
}

impl<D: Dialect> Member<D> {
    fn other(tokens: TokenStream) -> Self {
        Self { attributes: Vec::new(), kind: Kind::Other, step: None, mark: None, tokens }
    }

    /// What has to hold for this member to be there; `None` when nothing has to.
    pub(crate) fn condition(&self) -> Option<TokenStream> {
        let cfgs = self.attributes.iter().filter(|attribute| attribute.is("cfg"));
        let predicates: Vec<TokenStream> =
            cfgs.filter_map(RawAttribute::list).map(|list| list.stream()).collect();
        (!predicates.is_empty()).then(|| quote!(all(#(#predicates),*)))
    }

    /// The `#[cfg]`s, to be repeated on everything that is generated for this member.
    pub(crate) fn cfgs(&self) -> TokenStream {
        let cfgs = self.attributes.iter().filter(|attribute| attribute.is("cfg"));
        quote!(#(#cfgs)*)
    }
}

/// The member as the user wrote it, without our attributes.
impl<D: Dialect> ToTokens for Member<D> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attribute in &self.attributes {
            attribute.to_tokens(tokens);
        }
        self.tokens.to_tokens(tokens);
    }
}

/// Splits the body of the block into members.
pub(crate) fn parse<D: Dialect>(body: TokenStream, krate: Option<&Path>, errors: &Errors) -> Vec<Member<D>> {
    let mut members = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            members.push(match inner_attribute(input) {
                Some(tokens) => Member::other(tokens),
                None => member(input, krate, errors)?,
            });
        }
        Ok(())
    };
    if let Err(error) = all.parse2(body) {
        errors.push_at(error.span(), messages::unreadable_block(D::WORDS, &error.to_string()));
    }
    members
}

fn member<D: Dialect>(
    input: ParseStream<'_>,
    krate: Option<&Path>,
    errors: &Errors,
) -> syn::Result<Member<D>> {
    let attributes = attributes::parse(input)?;
    let (kind, tokens, problem) = item(input)?;
    let name = match &kind {
        Kind::Method(method) => Some(&method.sig.ident),
        Kind::Const(name) => Some(name),
        Kind::Unreadable { name } => name.as_ref(),
        Kind::Other => None,
    };
    let name = name.map_or_else(|| "_".to_owned(), |name| name.unraw().to_string());

    let (marks, rest): (Vec<_>, Vec<_>) =
        attributes.into_iter().partition(|attribute| attribute.is_ours("step", D::WORDS, krate));
    let (hidden, attributes): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|attribute| attribute.hides_step(D::WORDS, krate));
    for attribute in &hidden {
        errors.push(attribute, messages::step_in_cfg_attr(&name));
    }
    for again in marks.iter().skip(1) {
        errors.push(again, messages::step_twice(&name));
    }
    let step = marks.first().and_then(|mark| match (&kind, problem) {
        (Kind::Method(_), _) => Some(step(mark, &name, errors)),
        (Kind::Unreadable { .. }, Some(problem)) => {
            errors.push_at(problem.span(), messages::unreadable_step(&name, &problem.to_string()));
            None
        }
        _ => {
            errors.push(mark, messages::step_on_other_item());
            None
        }
    });
    // A step whose attribute is hidden is still a place that routes may lead to.
    let is_hidden = !hidden.is_empty() && matches!(kind, Kind::Method(_));
    let step = step.or_else(|| is_hidden.then(StepArgs::lost));
    let mark = marks.first().and_then(RawAttribute::name);
    Ok(Member { attributes, kind, step, mark, tokens })
}

/// Takes `#![…]`, if that stands next.
fn inner_attribute(input: ParseStream<'_>) -> Option<TokenStream> {
    let is_next = input.peek(Token![#]) && input.peek2(Token![!]) && input.peek3(token::Bracket);
    is_next.then(|| (0..3).filter_map(|_| input.parse::<TokenTree>().ok()).collect())
}

/// Takes one item, the attributes in front of it aside.
fn item(input: ParseStream<'_>) -> syn::Result<(Kind, TokenStream, Option<syn::Error>)> {
    let mut tokens = TokenStream::new();
    let ahead = input.fork();
    let (kind, problem) = match head(&ahead) {
        Ok((vis, sig)) => {
            while input.cursor() < ahead.cursor() {
                tokens.extend([input.parse::<TokenTree>()?]);
            }
            let has_body = input.peek(token::Brace);
            (Kind::Method(Box::new(Method { vis, sig, has_body })), None)
        }
        Err(problem) => other(&input.fork(), problem),
    };
    let ends_with_braces = !matches!(kind, Kind::Const(_));
    while !input.is_empty() {
        let tree: TokenTree = input.parse()?;
        let last = match &tree {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => ends_with_braces && group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        tokens.extend([tree]);
        if last {
            break;
        }
    }
    Ok((kind, tokens, problem))
}

fn head(input: ParseStream<'_>) -> syn::Result<(Visibility, Signature)> {
    let vis = input.parse()?;
    let _: Option<Token![default]> = input.parse()?;
    Ok((vis, input.parse()?))
}

/// What an item is that does not start like a method.
fn other(input: ParseStream<'_>, problem: syn::Error) -> (Kind, Option<syn::Error>) {
    let constant = |input: ParseStream<'_>| {
        input.parse::<Visibility>()?;
        input.parse::<Option<Token![default]>>()?;
        input.parse::<Token![const]>()?;
        let name = input.parse::<Ident>()?;
        input.parse::<Token![:]>()?;
        Ok::<_, syn::Error>(name)
    };
    if let Ok(name) = constant(&input.fork()) {
        return (Kind::Const(name), None);
    }
    let mut is_function = false;
    while let Ok(tree) = input.parse::<TokenTree>() {
        match tree {
            TokenTree::Ident(name) if is_function => {
                return (Kind::Unreadable { name: Some(name) }, Some(problem));
            }
            TokenTree::Ident(word) => is_function = word == "fn",
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Punct(punct) if matches!(punct.as_char(), ';' | '!') => break,
            _ => {}
        }
    }
    (Kind::Other, Some(problem))
}

/// The arguments of `#[step]`.
fn step<D: Dialect>(mark: &RawAttribute, name: &str, errors: &Errors) -> StepArgs<D> {
    let place = Place::step(D::WORDS, name.to_owned());
    match mark.list() {
        Some(list) => step_args::parse(list.stream(), &place, errors),
        None if mark.rest.is_empty() => StepArgs::blank(),
        None => {
            errors.push(mark, messages::expected_step_arguments(&place));
            StepArgs::lost()
        }
    }
}
