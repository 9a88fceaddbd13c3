//! Stage four: which code is that?
//!
//! Quoting only. The user's block comes first, then one `const _` with everything else, so that the macro works
//! wherever an `impl` block does.

mod configured;
mod inherent;
mod literals;
mod names;
mod router;
pub(crate) mod wizard;
pub(crate) mod workflow;

use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::model::Flow;
use crate::syntax;
use crate::validate;
use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The attribute of a block: always the user's block, and then code or the mistakes.
pub(crate) fn block<D: Dialect>(args: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let Some(block) = syntax::parse_block::<D>(args, item.clone(), &errors) else {
        let errors = errors.report();
        return quote!(#item #errors);
    };
    let flow = Flow::new(&block);
    validate::flow(&flow, &errors);
    let sound = errors.is_empty();
    let errors = errors.report();
    let generated = if sound { D::generated(&flow) } else { D::stubs(&flow).unwrap_or_default() };
    quote!(#block #generated #errors)
}

/// `#[step]` that the attribute of no block has read.
pub(crate) fn step_outside_block<D: Dialect>(item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    errors.push_at(Span::call_site(), messages::step_outside_block(D::WORDS));
    let errors = errors.report();
    quote!(#item #errors)
}
