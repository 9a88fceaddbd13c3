//! What a pattern binds and how it is called.

use quote::ToTokens as _;
use syn::{Expr, ExprLit, Lit, Pat};

/// A name in a pattern that matches whatever is there.
#[derive(Clone, Copy)]
pub(crate) enum Binding<'a> {
    /// The whole pattern is the name.
    Everything(&'a syn::PatIdent),
    /// The name stands for a part.
    Part(&'a syn::PatIdent),
}

/// The first name that a pattern binds. A capitalised name inside of another pattern may be a
/// constant or an imported variant, and is left to the compiler.
pub(crate) fn binding(pattern: &Pat) -> Option<Binding<'_>> {
    match pattern {
        Pat::Ident(name) if is_none(name) => None,
        Pat::Ident(name) if name.subpat.is_some() => Some(Binding::Part(name)),
        Pat::Ident(name) => Some(Binding::Everything(name)),
        Pat::Or(or) => or.cases.iter().find_map(binding),
        Pat::Paren(paren) => binding(&paren.pat),
        other => part(other).map(Binding::Part),
    }
}

/// The name under which a pattern is shown, if it has a single one.
pub(crate) fn name(pattern: &Pat) -> Option<String> {
    use syn::ext::IdentExt as _;
    let last = |path: &syn::Path| path.segments.last().map(|last| last.ident.unraw().to_string());
    match pattern {
        Pat::Lit(literal) => literal_name(&literal.lit, ""),
        Pat::Ident(name) => Some(name.ident.unraw().to_string()),
        Pat::Paren(paren) => name(&paren.pat),
        Pat::Path(path) => last(&path.path),
        Pat::Struct(pattern) => last(&pattern.path),
        Pat::TupleStruct(pattern) => last(&pattern.path),
        Pat::Verbatim(tokens) => negative_name(&syn::parse2(tokens.clone()).ok()?),
        _ => None,
    }
}

/// The guard of a pattern, if it has one.
pub(crate) fn guard(pattern: &Pat) -> Option<&syn::PatGuard> {
    match pattern {
        Pat::Guard(guard) => Some(guard),
        Pat::Paren(paren) => guard(&paren.pat),
        Pat::Or(or) => or.cases.iter().find_map(guard),
        _ => None,
    }
}

fn literal_name(literal: &Lit, sign: &str) -> Option<String> {
    match literal {
        Lit::Bool(switch) => Some(switch.value.to_string()),
        Lit::Char(letter) => Some(letter.value().to_string()),
        Lit::Int(number) => Some(format!("{sign}{}", number.base10_digits())),
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

fn negative_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(ExprLit { lit, .. }) => literal_name(lit, "-"),
            _ => None,
        },
        _ => None,
    }
}

fn part(pattern: &Pat) -> Option<&syn::PatIdent> {
    match pattern {
        Pat::Ident(name) => {
            let text = name.ident.to_string();
            let may_be_constant = text.starts_with(char::is_uppercase)
                && name.by_ref.is_none()
                && name.mutability.is_none()
                && name.subpat.is_none();
            (!may_be_constant).then_some(name)
        }
        Pat::Guard(guard) => part(&guard.pat),
        Pat::Or(or) => or.cases.iter().find_map(part),
        Pat::Paren(paren) => part(&paren.pat),
        Pat::Reference(reference) => part(&reference.pat),
        Pat::Slice(slice) => slice.elems.iter().find_map(part),
        Pat::Struct(fields) => fields.fields.iter().find_map(|field| part(&field.pat)),
        Pat::Tuple(tuple) => tuple.elems.iter().find_map(part),
        Pat::TupleStruct(tuple) => tuple.elems.iter().find_map(part),
        _ => None,
    }
}

fn is_none(name: &syn::PatIdent) -> bool {
    name.to_token_stream().to_string() == "None"
}
