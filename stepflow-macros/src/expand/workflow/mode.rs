//! Blocking or async: what the driver needs that runs the workflow.

use super::inherent;
use super::stubs;
use crate::dialect::Workflow;
use crate::errors::Errors;
use crate::expand::inherent::block;
use crate::expand::names::Names;
use crate::messages;
use crate::model::Flow;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The driver, as a type.
pub(crate) fn mode(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let blocking = quote_spanned!(Span::mixed_site()=> #krate::Blocking);
    if workflow.first_async().is_none() {
        return blocking;
    }
    quote_spanned!(Span::mixed_site()=> #krate::__async_steps!({ #krate::Async } { #blocking }))
}

/// The trait of the driver, and for the async one also `run`: neither exists where the runtime is compiled
/// without it.
pub(crate) fn driven(
    workflow: &Flow<'_, Workflow>,
    names: &Names<'_>,
    run_step: &TokenStream,
) -> TokenStream {
    let Some((step, word)) = workflow.first_async() else { return run_step.clone() };
    let Names { krate, .. } = names;
    let run = block(names, inherent::run(workflow, names));
    let complaint = Errors::only_at(word, messages::async_without_tokio(&step.place));
    let run_stub = block(names, stubs::async_run(workflow, names));
    let stub = stubs::blocking(names);
    quote_spanned! {Span::mixed_site()=>
        #krate::__async_steps! {
            { #run #run_step }
            { #complaint #run_stub #stub }
        }
    }
}
