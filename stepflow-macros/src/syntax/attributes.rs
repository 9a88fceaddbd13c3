//! Attributes as raw tokens: foreign ones are handed on exactly as they came.

use super::entries;
use crate::dialect::Words;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Lit, Path, Token};

/// One `#[path …]`.
#[derive(Clone)]
pub(crate) struct RawAttribute {
    tokens: TokenStream,
    path: Option<Path>,
    /// What stands behind the path.
    pub(crate) rest: TokenStream,
}

impl RawAttribute {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.path.as_ref().is_some_and(|path| path.is_ident(name))
    }

    /// The last word of the path.
    pub(crate) fn name(&self) -> Option<Ident> {
        self.path.as_ref().and_then(|path| path.segments.last()).map(|last| last.ident.clone())
    }

    /// Whether this is our attribute of that name: bare, through the crate that re-exports it, or through
    /// the path in `crate = …`.
    pub(crate) fn is_ours(&self, name: &str, words: &Words, krate: Option<&Path>) -> bool {
        self.path.as_ref().is_some_and(|path| is_ours(path, name, words, krate))
    }

    /// Whether this is `#[cfg_attr(…, step)]`.
    pub(crate) fn hides_step(&self, words: &Words, krate: Option<&Path>) -> bool {
        self.is("cfg_attr")
            && self.list().is_some_and(|list| {
                entries::split(list.stream()).into_iter().skip(1).any(|part| {
                    let (path, _) = path_and_rest(part.into_iter().collect());
                    path.is_some_and(|path| is_ours(&path, "step", words, krate))
                })
            })
    }

    /// The parentheses behind the path, when there is nothing else.
    pub(crate) fn list(&self) -> Option<Group> {
        let mut rest = self.rest.clone().into_iter();
        match (rest.next(), rest.next()) {
            (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
                Some(group)
            }
            _ => None,
        }
    }

    /// The text of `#[doc = "…"]`.
    pub(crate) fn doc(&self) -> Option<String> {
        if !self.is("doc") {
            return None;
        }
        let value = |input: ParseStream<'_>| {
            input.parse::<Token![=]>()?;
            input.parse::<Expr>()
        };
        match value.parse2(self.rest.clone()) {
            Ok(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text.value()),
            _ => None,
        }
    }
}

impl ToTokens for RawAttribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

/// Takes the outer attributes that stand next.
pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Vec<RawAttribute>> {
    let mut attributes = Vec::new();
    while input.peek(Token![#]) && input.peek2(syn::token::Bracket) {
        let pound: TokenTree = input.parse()?;
        let brackets: Group = input.parse()?;
        let (path, rest) = path_and_rest(brackets.stream());
        let tokens = [pound, TokenTree::Group(brackets)].into_iter().collect();
        attributes.push(RawAttribute { tokens, path, rest });
    }
    Ok(attributes)
}

fn path_and_rest(tokens: TokenStream) -> (Option<Path>, TokenStream) {
    let split = |input: ParseStream<'_>| {
        let path = input.call(Path::parse_mod_style)?;
        Ok((path, input.parse::<TokenStream>()?))
    };
    match split.parse2(ungrouped(tokens)) {
        Ok((path, rest)) => (Some(path), rest),
        Err(_) => (None, TokenStream::new()),
    }
}

/// A `macro_rules!` variable arrives in invisible delimiters.
fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => group.stream(),
        _ => tokens,
    }
}

fn is_ours(path: &Path, name: &str, words: &Words, krate: Option<&Path>) -> bool {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match segments.as_slice() {
        [only] if path.leading_colon.is_none() => only == name,
        [start @ .., last] if last == name => {
            let is_default = matches!(start, [only] if only == words.krate);
            let is_override = krate.is_some_and(|krate| {
                krate.segments.len() == start.len()
                    && krate.segments.iter().zip(start).all(|(segment, part)| segment.ident == part)
            });
            is_default || is_override
        }
        _ => false,
    }
}
