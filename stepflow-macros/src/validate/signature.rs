//! The signature of a step.

use crate::errors::Errors;
use crate::messages;
use crate::model::{Ownership, Step};
use crate::place::Place;
use syn::{FnArg, GenericParam, PatType, Receiver, ReceiverKind, ReturnType, Safety, Signature, Type};

pub(crate) fn check(step: &Step<'_>, errors: &Errors) {
    let Step { place, method, .. } = step;
    qualifiers(&method.sig, place, errors);
    generics(&method.sig, place, errors);
    parameters(&method.sig, place, errors);
    output(step, errors);
    if !method.has_body {
        errors.push(&method.sig.ident, messages::step_without_body(place));
    }
}

fn qualifiers(sig: &Signature, place: &Place, errors: &Errors) {
    if let Some(word) = &sig.constness {
        errors.push(word, messages::const_step(place));
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

fn output(step: &Step<'_>, errors: &Errors) {
    let ReturnType::Type(_, ty) = &step.method.sig.output else { return };
    match step.output.ownership {
        Ownership::Owned => {}
        Ownership::Borrowed => errors.push(ty, messages::borrowed_output(&step.place)),
        Ownership::Unnamed => errors.push(ty, messages::impl_trait_output(&step.place)),
    }
}
