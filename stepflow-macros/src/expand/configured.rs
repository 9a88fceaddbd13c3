//! What is only known once the `#[cfg]`s are: asked by `#[cfg]`s of our own, and by constants.

use super::names::{Names, at, configured_index};
use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::model::{Flow, Step, Target};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;

pub(crate) fn checks<D: Dialect>(flow: &Flow<'_, D>, names: &Names<'_>) -> Option<TokenStream> {
    flow.is_configured().then(|| {
        let empty = empty(flow);
        let indexes = indexes(flow, names);
        let targets = flow.steps.iter().map(|step| targets(flow, step));
        let reached = reached(flow, names);
        quote!(#empty #indexes #(#targets)* #reached)
    })
}

fn empty<D: Dialect>(flow: &Flow<'_, D>) -> Option<TokenStream> {
    flow.condition_of_steps().map(|condition| {
        let message = messages::no_steps_as_configured(&flow.place);
        let complaint = Errors::only(&flow.block.header.self_ty, message);
        quote!(#[cfg(not(#condition))] #complaint)
    })
}

/// The indexes of the targets that may be configured away.
fn indexes<D: Dialect>(flow: &Flow<'_, D>, names: &Names<'_>) -> TokenStream {
    let mut seen = BTreeSet::new();
    let targets = flow.steps.iter().flat_map(Step::targets);
    let indexes = targets.filter_map(|target| {
        let (step, condition) = may_be_away(flow, target)?;
        let constant = configured_index(step);
        let index = names.index(step);
        seen.insert(&step.method_name).then(|| {
            quote_spanned! {Span::mixed_site()=>
                #[cfg(#condition)]
                const #constant: usize = #index;
                #[cfg(not(#condition))]
                const #constant: usize = usize::MAX;
            }
        })
    });
    indexes.collect()
}

/// A target that is configured away is a mistake, unless its route is, too.
fn targets<D: Dialect>(flow: &Flow<'_, D>, step: &Step<'_, D>) -> TokenStream {
    let cfgs = &step.cfgs;
    let routes = step.routes.iter().map(|route| (Some(&route.cfgs), &route.target));
    let others = step.other_targets().map(|target| (None, target));
    let complaints = routes.chain(others).filter_map(|(route_cfgs, target)| {
        let (goal, condition) = may_be_away(flow, target)?;
        let message = messages::target_configured_away(&step.place, &goal.method_name);
        let complaint = Errors::only(target.name, message);
        Some(quote!(#cfgs #route_cfgs #[cfg(not(#condition))] #complaint))
    });
    complaints.collect()
}

/// Every configured step can be reached from the first one.
fn reached<D: Dialect>(flow: &Flow<'_, D>, names: &Names<'_>) -> TokenStream {
    let table = Ident::new("__EDGES", Span::mixed_site());
    let edges = flow.steps.iter().map(|step| {
        let cfgs = &step.cfgs;
        let routes = step.routes.iter().filter_map(|route| {
            let cfgs = &route.cfgs;
            let index = names.target_index(flow, &route.target)?;
            Some(quote!(#cfgs { #index },))
        });
        let others = step.other_targets().filter_map(|target| {
            let index = names.target_index(flow, target)?;
            Some(quote!(#index,))
        });
        let below = step.falls_through().then(|| {
            let index = names.index(step);
            quote!(#index + 1,)
        });
        quote!(#cfgs &[#(#routes)* #(#others)* #below])
    });
    let checks = flow.steps.iter().skip(1).map(|step| {
        let cfgs = &step.cfgs;
        let span = step.method.sig.ident.span();
        let krate = names.krate_at(span);
        let index = names.index(step);
        let complaint = messages::unreachable_as_configured(&step.place, flow.block.args.allows_loops);
        quote_spanned! {at(span)=>
            #cfgs
            const _: () = ::core::assert!(#krate::__private::is_reached::<{ #table.len() }>(#table, #index), #complaint);
        }
    });
    quote_spanned! {Span::mixed_site()=>
        const #table: &[&[usize]] = &[#(#edges),*];
        #(#checks)*
    }
}

/// The step of a target that some `#[cfg]` may remove, and what has to hold for it to stay.
fn may_be_away<'w, 'a, D: Dialect>(
    flow: &'w Flow<'a, D>,
    target: &Target<'_>,
) -> Option<(&'w Step<'a, D>, TokenStream)> {
    let step = flow.step_at(target)?;
    Some((step, flow.condition_of(&step.method_name)?))
}
