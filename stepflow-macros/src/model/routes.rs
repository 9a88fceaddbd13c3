//! One route.

use super::{Target, pattern};
use crate::syntax::ArmArgs;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Lit, LitStr, Pat};

/// An arm of `routes`.
pub(crate) struct Route<'a> {
    pub(crate) arm: &'a ArmArgs,
    pub(crate) cfgs: TokenStream,
    /// As shown in traces and diagrams; `None` when the pattern has no single name.
    pub(crate) key: Option<String>,
    pub(crate) kind: PatternKind<'a>,
    pub(crate) target: Target<'a>,
}

/// How a route matches.
pub(crate) enum PatternKind<'a> {
    /// One text or several.
    Text(Vec<&'a LitStr>),
    /// `_`
    Wild,
    /// A pattern over the output's type.
    Typed,
}

impl<'a> Route<'a> {
    pub(crate) fn new(arm: &'a ArmArgs, target: Target<'a>) -> Self {
        let cfgs = &arm.cfgs;
        let key = match &arm.key {
            Some(key) => Some(key.value()),
            None => pattern::name(&arm.pattern),
        };
        let kind = match texts(&arm.pattern) {
            Some(texts) => PatternKind::Text(texts),
            None if matches!(arm.pattern, Pat::Wild(_)) => PatternKind::Wild,
            None => PatternKind::Typed,
        };
        Self { arm, cfgs: quote!(#(#cfgs)*), key, kind, target }
    }
}

fn texts(pattern: &Pat) -> Option<Vec<&LitStr>> {
    match pattern {
        Pat::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(vec![text]),
            _ => None,
        },
        Pat::Or(or) => {
            let cases: Option<Vec<_>> = or.cases.iter().map(texts).collect();
            cases.map(|cases| cases.concat())
        }
        Pat::Paren(paren) => texts(&paren.pat),
        _ => None,
    }
}
