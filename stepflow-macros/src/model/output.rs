//! What a step returns.

use super::Ownership;
use crate::syntax::{Header, Method};
use crate::tokens::flat;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{GenericParam, ReturnType, Type};

/// The return type, and how it is read.
pub(crate) struct Output<'a> {
    /// As written; `None` when nothing is, or `!`.
    pub(crate) written: Option<&'a Type>,
    pub(crate) returns: Returns,
    pub(crate) ownership: Ownership,
}

/// Whether a step can fail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    /// Visibly no `Result`.
    Plain,
    /// A `Result`, as the path or `fallible` says.
    Result,
    /// Only the compiler can tell.
    Unclear,
}

impl<'a> Output<'a> {
    pub(crate) fn new(method: &'a Method, is_fallible: bool, header: &Header) -> Self {
        let written = match &method.sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => match ungrouped(ty) {
                Type::Never(_) => None,
                ty => Some(ty),
            },
        };
        let ownership = Ownership::of(written.to_token_stream());
        let is_generic = written.is_some_and(|ty| names_generics(ty.to_token_stream(), header));
        let returns = match written {
            None => Returns::Plain,
            Some(ty) if is_visibly_plain(ty) => Returns::Plain,
            Some(_) if is_generic && is_fallible => Returns::Result,
            Some(ty) if is_generic && last_segment(ty).is_some_and(|name| name == "Result") => {
                Returns::Result
            }
            Some(_) if is_generic => Returns::Plain,
            Some(_) => Returns::Unclear,
        };
        Self { written, returns, ownership }
    }

    /// The type as tokens.
    pub(crate) fn ty(&self) -> TokenStream {
        self.written.map_or_else(|| quote!(()), |ty| ty.to_token_stream())
    }

    /// Whether anybody can see that the type is no `Result`.
    pub(crate) fn is_visibly_plain(&self) -> bool {
        self.written.is_none_or(is_visibly_plain)
    }
}

fn names_generics(tokens: TokenStream, header: &Header) -> bool {
    let params = &header.generics.params;
    let is_param = |word: &Ident| {
        params.iter().any(|param| match param {
            GenericParam::Const(param) => param.ident == *word,
            GenericParam::Lifetime(param) => param.lifetime.ident == *word,
            GenericParam::Type(param) => param.ident == *word,
        })
    };
    let is_generic_self = |word: &Ident| word == "Self" && !params.is_empty();
    flat(tokens)
        .any(|tree| matches!(&tree, TokenTree::Ident(word) if is_param(word) || is_generic_self(word)))
}

fn is_visibly_plain(ty: &Type) -> bool {
    const NAMES: [&str; 18] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
        "u64", "u128", "usize", "String",
    ];
    match ungrouped(ty) {
        Type::Array(_)
        | Type::FnPtr(_)
        | Type::Never(_)
        | Type::Ptr(_)
        | Type::Reference(_)
        | Type::Slice(_)
        | Type::Tuple(_) => true,
        Type::Path(path) => path.qself.is_none() && NAMES.iter().any(|name| path.path.is_ident(name)),
        _ => false,
    }
}

fn last_segment(ty: &Type) -> Option<&Ident> {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}
