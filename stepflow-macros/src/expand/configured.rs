//! What is only known once the `#[cfg]`s are: checked by constants.

use super::definition;
use super::names::{Names, at, configured_index};
use crate::messages;
use crate::model::{Step, Workflow};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

pub(crate) fn checks(workflow: &Workflow<'_>, names: &Names<'_>) -> Option<TokenStream> {
    workflow.is_configured().then(|| {
        let step_names = step_names(workflow, names);
        let targets = workflow.steps.iter().map(|step| targets(workflow, step, names));
        let reached = reached(workflow, names);
        quote!(#step_names #(#targets)* #reached)
    })
}

/// The names of the configured steps, to find targets in.
fn step_names(workflow: &Workflow<'_>, names: &Names<'_>) -> TokenStream {
    let constant = &names.step_names;
    let entries = workflow.steps.iter().map(|step| {
        let cfgs = &step.cfgs;
        let name = &step.method_name;
        quote!(#cfgs #name)
    });
    quote_spanned! {Span::mixed_site()=>
        const #constant: &[&str] = &[#(#entries),*];
    }
}

/// Targets that may be configured away, looked up in items of their own: these are evaluated even in
/// a generic block.
fn targets(workflow: &Workflow<'_>, step: &Step<'_>, names: &Names<'_>) -> TokenStream {
    let Names { krate, step_names, .. } = names;
    let cfgs = &step.cfgs;
    let routes = step.routes.iter().map(|route| (Some(&route.cfgs), &route.target));
    let others = step.next.iter().chain(&step.on_deny).map(|target| (None, target));
    let constants = routes.chain(others).filter_map(|(route_cfgs, target)| {
        let goal = workflow.step_at(target).filter(|goal| !goal.cfgs.is_empty())?;
        let constant = configured_index(target);
        let name = &goal.method_name;
        let complaint = messages::target_configured_away(&step.place, name);
        Some(quote_spanned! {at(target.name.span())=>
            #cfgs
            #route_cfgs
            const #constant: usize = #krate::__private::configured(#step_names, #name, #complaint);
        })
    });
    constants.collect()
}

/// Every configured step can be reached from the first one.
fn reached(workflow: &Workflow<'_>, names: &Names<'_>) -> TokenStream {
    let Names { krate, .. } = names;
    let complaints = workflow.steps.iter().map(|step| {
        let cfgs = &step.cfgs;
        let complaint = messages::unreachable_as_configured(&step.place);
        quote!(#cfgs #complaint)
    });
    let edges = workflow.steps.iter().map(|step| {
        let cfgs = &step.cfgs;
        let routes = step.routes.iter().filter_map(|route| {
            let cfgs = &route.cfgs;
            let index = definition::index(workflow, &route.target, names)?;
            Some(quote!(#cfgs #index,))
        });
        let others = step.next.iter().chain(&step.on_deny).filter_map(|target| {
            let index = definition::index(workflow, target, names)?;
            Some(quote!(#index,))
        });
        let below = step.falls_through().then(|| {
            let index = names.index(step);
            quote!(#index + 1,)
        });
        quote!(#cfgs &[#(#routes)* #(#others)* #below])
    });
    let empty = messages::no_steps_as_configured(&workflow.place);
    quote_spanned! {Span::mixed_site()=>
        const _: () = #krate::__private::check_configured(
            &[#(#complaints),*],
            &[#(#edges),*],
            #empty,
        );
    }
}
