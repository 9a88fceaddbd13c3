//! The code of a workflow.

mod assertions;
mod definition;
mod dispatch;
mod inherent;
mod literals;
mod mode;
mod stubs;
mod traits;

pub(crate) use stubs::stubs;

use super::configured;
use super::names::Names;
use crate::dialect::Workflow;
use crate::model::Flow;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(crate) fn generated(workflow: &Flow<'_, Workflow>) -> TokenStream {
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
