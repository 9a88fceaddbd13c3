//! The signature of a step: what both dialects ask of it.

use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::model::Step;
use crate::place::Place;
use syn::{FnArg, GenericParam, Receiver, ReceiverKind, Safety, Signature};

pub(crate) fn check<D: Dialect>(step: &Step<'_, D>, errors: &Errors) {
    let Step { place, method, .. } = step;
    qualifiers(&method.sig, place, errors);
    generics(&method.sig, place, errors);
    parameters(&method.sig, place, errors);
    if let Some(fallible) = &step.args.fallible
        && step.output.is_visibly_plain()
    {
        errors.push(fallible, messages::fallible_without_result(place));
    }
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
    for parameter in inputs.skip(1) {
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
