//! The signature of a step.

use crate::errors::Errors;
use crate::messages;
use crate::model::Step;
use crate::place::Place;
use crate::tokens::flat;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{FnArg, GenericParam, PatType, Receiver, ReceiverKind, ReturnType, Safety, Signature, Type};

pub(crate) fn check(step: &Step<'_>, errors: &Errors) {
    let Step { place, method, .. } = step;
    qualifiers(&method.sig, place, errors);
    generics(&method.sig, place, errors);
    parameters(&method.sig, place, errors);
    output(&method.sig, place, errors);
    if !method.has_body {
        errors.push(&method.sig.ident, messages::step_without_body(place));
    }
}

fn qualifiers(sig: &Signature, place: &Place, errors: &Errors) {
    if let Some(word) = &sig.constness {
        errors.push(word, messages::const_step(place));
    }
    if let Some(word) = &sig.asyncness {
        errors.push(word, messages::async_step(place));
    }
    if let Safety::Unsafe(word) = &sig.safety {
        errors.push(word, messages::unsafe_step(place));
    }
    if let Some(abi) = &sig.abi {
        errors.push(abi, messages::extern_step(place));
    }
    if let Some(variadic) = &sig.variadic {
        errors.push(variadic.dots, messages::variadic_step(place));
    }
}

/// Lifetimes are fine: a call fills them in.
fn generics(sig: &Signature, place: &Place, errors: &Errors) {
    for param in &sig.generics.params {
        let name = match param {
            GenericParam::Const(param) => &param.ident,
            GenericParam::Type(param) => &param.ident,
            GenericParam::Lifetime(_) => continue,
        };
        errors.push(param, messages::generic_step(place, &name.to_string()));
    }
}

fn parameters(sig: &Signature, place: &Place, errors: &Errors) {
    let mut inputs = sig.inputs.iter();
    match inputs.next() {
        Some(FnArg::Receiver(receiver)) => self::receiver(receiver, place, errors),
        _ => {
            errors.push(&sig.ident, messages::receiver_missing(place));
            return;
        }
    }
    if let Some(FnArg::Typed(parameter)) = inputs.next()
        && !is_context(parameter)
    {
        errors.push(parameter, messages::not_a_context(place));
    }
    for parameter in inputs {
        errors.push(parameter, messages::extra_parameter(place));
    }
}

fn receiver(receiver: &Receiver, place: &Place, errors: &Errors) {
    match &receiver.kind {
        ReceiverKind::Value => errors.push(receiver, messages::receiver_by_value(place)),
        ReceiverKind::Typed(..) => errors.push(receiver, messages::receiver_with_type(place)),
        _ => {}
    }
}

fn is_context(parameter: &PatType) -> bool {
    fn referent(ty: &Type) -> Option<&Type> {
        match ty {
            Type::Group(group) => referent(&group.elem),
            Type::Paren(paren) => referent(&paren.elem),
            Type::Reference(reference) if reference.mutability.is_some() => Some(&reference.elem),
            _ => None,
        }
    }
    match referent(&parameter.ty) {
        Some(Type::Path(path)) => {
            path.path.segments.last().is_some_and(|segment| segment.ident == "RunContext")
        }
        _ => false,
    }
}

fn output(sig: &Signature, place: &Place, errors: &Errors) {
    let ReturnType::Type(_, ty) = &sig.output else { return };
    let tokens = ty.to_token_stream();
    if flat(tokens.clone()).any(|tree| matches!(&tree, TokenTree::Ident(word) if word == "impl")) {
        errors.push(ty, messages::impl_trait_output(place));
    } else if borrows(tokens) {
        errors.push(ty, messages::borrowed_output(place));
    }
}

/// Whether a type holds a reference or a lifetime other than `'static`, those of function types
/// aside.
fn borrows(tokens: TokenStream) -> bool {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let lifetime_at = |index: usize| match (trees.get(index), trees.get(index + 1)) {
        (Some(TokenTree::Punct(tick)), Some(TokenTree::Ident(name))) if tick.as_char() == '\'' => {
            Some(name.to_string())
        }
        _ => None,
    };
    let is_word = |index: Option<usize>, words: &[&str]| {
        matches!(
            index.and_then(|index| trees.get(index)),
            Some(TokenTree::Ident(name)) if words.iter().any(|word| name == word)
        )
    };
    if trees.iter().any(|tree| matches!(tree, TokenTree::Ident(word) if word == "for")) {
        // `for<'a> fn(&'a T)`: left to the compiler
        return false;
    }
    trees.iter().enumerate().any(|(index, tree)| match tree {
        TokenTree::Punct(punct) if punct.as_char() == '&' => {
            lifetime_at(index + 1).as_deref() != Some("static")
        }
        TokenTree::Punct(punct) if punct.as_char() == '\'' => lifetime_at(index).as_deref() != Some("static"),
        TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
            let is_signature = is_word(index.checked_sub(1), &["fn", "Fn", "FnMut", "FnOnce"]);
            !is_signature && borrows(group.stream())
        }
        _ => false,
    })
}
