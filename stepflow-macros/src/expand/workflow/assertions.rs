//! What only the compiler can judge, asked at the user's own tokens.

use crate::dialect::Workflow;
use crate::expand::names::{at, is_result};
use crate::messages;
use crate::model::{Flow, Returns, Step};
use crate::syntax::Number;
use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;

pub(crate) fn assertions(workflow: &Flow<'_, Workflow>) -> TokenStream {
    let unclear = workflow.steps.iter().filter(|step| step.output.returns == Returns::Unclear);
    let fallible = unclear.filter_map(|step| demand(step).map(|demand| fallible(step, &demand)));
    visits(workflow).into_iter().chain(fallible).collect()
}

/// A constant for `max_visits` is at least 1.
fn visits(workflow: &Flow<'_, Workflow>) -> Option<TokenStream> {
    let Number::Constant(path) = &workflow.block.args.own.max_visits.as_ref()?.value else { return None };
    // One of the type's own may depend on the block's generics, and has no value yet.
    if path.qself.is_some() || path.path.segments.first().is_some_and(|first| first.ident == "Self") {
        return None;
    }
    let complaint = messages::no_visits(&workflow.place);
    Some(quote_spanned!(at(path.span())=> const _: () = ::core::assert!(#path > 0, #complaint);))
}

/// What a step says that only makes sense when it returns a `Result`.
struct Demand<'a> {
    key: &'a Ident,
    complaint: String,
}

fn demand<'a>(step: &'a Step<'_, Workflow>) -> Option<Demand<'a>> {
    let Step { place, args, .. } = step;
    if let Some(key) = &args.fallible {
        return Some(Demand { key, complaint: messages::fallible_without_result(place) });
    }
    let on = args.own.retry.on.as_ref().map(|on| &on.key);
    let key = on.or_else(|| args.own.retry.when.as_ref().map(|when| &when.key))?;
    Some(Demand { key, complaint: messages::filter_without_error(place, &key.to_string()) })
}

fn fallible(step: &Step<'_, Workflow>, demand: &Demand<'_>) -> TokenStream {
    let Demand { key, complaint } = demand;
    let cfgs = &step.cfgs;
    let is_result = is_result(step, at(key.span()));
    quote_spanned!(at(key.span())=> #cfgs const _: () = ::core::assert!(#is_result, #complaint);)
}
