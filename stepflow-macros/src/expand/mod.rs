//! Stage four: which code is that?
//!
//! Quoting only. The user's block comes first, then one `const _` with everything else, so that the macro works wherever an `impl` block does.

mod assertions;
mod configured;
mod definition;
mod dispatch;
mod inherent;
mod literals;
mod mode;
mod names;
mod stubs;
mod traits;

use crate::errors::Errors;
use crate::messages;
use crate::model::Workflow;
use crate::syntax;
use crate::validate;
use names::Names;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// `#[workflow]`: always the user's block, and then code or the mistakes.
pub(crate) fn workflow(args: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let Some(block) = syntax::parse_block(args, item.clone(), &errors) else {
        let errors = errors.report();
        return quote!(#item #errors);
    };
    let workflow = Workflow::new(&block);
    validate::workflow(&workflow, &errors);
    let sound = errors.is_empty();
    let errors = errors.report();
    let generated = if sound { generated(&workflow) } else { stubs::stubs(&workflow).unwrap_or_default() };
    quote!(#block #generated #errors)
}

/// `#[step]` where no `#[workflow]` has read it.
pub(crate) fn step_outside_workflow(item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    errors.push_at(Span::call_site(), messages::step_outside_workflow());
    let errors = errors.report();
    quote!(#item #errors)
}

fn generated(workflow: &Workflow<'_>) -> TokenStream {
    let names = Names::new(workflow);
    let cfgs = workflow.block.header.cfgs();
    let inherent = inherent::inherent(workflow, &names);
    let probes = names.probes(workflow.steps.iter());
    let table = names.table(workflow);
    let traits = traits::traits(workflow, &names);
    let driven = mode::driven(workflow, &names, &dispatch::dispatch(workflow, &names));
    let configured = configured::checks(workflow, &names);
    let assertions = assertions::assertions(workflow);
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        const _: () = {
            #probes
            #table
            #inherent
            #traits
            #driven
            #configured
            #assertions
        };
    }
}
