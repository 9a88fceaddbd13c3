//! A `match` over a step's output.

use super::names::{at, located};
use crate::dialect::Dialect;
use crate::model::{Route, Step};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// `|output| match *output { … }`, checked for exhaustiveness by the compiler.
pub(crate) fn typed<D: Dialect>(
    step: &Step<'_, D>,
    value: impl Fn(&Route<'_>) -> TokenStream,
) -> TokenStream {
    let arms = arms(step, value);
    // A forgotten variant is reported at the word `routes`.
    let span = step.args.routes.as_ref().map_or_else(Span::call_site, |routes| routes.key.span());
    quote_spanned!(at(span)=> |output| match *output { #arms })
}

/// One arm for each route.
pub(crate) fn arms<D: Dialect>(step: &Step<'_, D>, value: impl Fn(&Route<'_>) -> TokenStream) -> TokenStream {
    let arms = step.routes.iter().map(|route| {
        let cfgs = &route.cfgs;
        let pattern = &route.arm.pattern;
        // For a forgotten variant, rustc proposes an arm where this one ends: behind the target.
        let end = route.target.name.span();
        let value = located(value(route), end);
        quote_spanned!(at(end)=> #cfgs #pattern => #value,)
    });
    arms.collect()
}
