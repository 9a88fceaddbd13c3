//! What rustc has to check, asked at the user's own tokens.

use super::names::{Names, at, is_result, output_span};
use crate::messages;
use crate::model::{Returns, Step, Workflow};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

pub(crate) fn assertions(workflow: &Workflow<'_>, names: &Names<'_>) -> TokenStream {
    let steps = workflow.steps.iter().map(|step| {
        let kept = kept(step, names);
        let filter = filter(step);
        quote!(#kept #filter)
    });
    names.without_self(steps.collect())
}

/// The output and the error can be kept in the result.
fn kept(step: &Step<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let cfgs = &step.cfgs;
    let span = at(output_span(step));
    let output = names.output(step);
    let error = (step.output.returns != Returns::Plain).then(|| {
        let error = names.returned(step, "Error");
        quote_spanned!(span=> #krate::__private::assert_error::<#error>();)
    });
    let checks = quote_spanned!(span=> #krate::__private::assert_output::<#output>(); #error);
    if names.generics.params.is_empty() {
        return quote_spanned!(span=> #cfgs const _: () = { #checks };);
    }
    let Names { generics, where_clause, .. } = names;
    let check = Ident::new(&format!("_check_{}", step.method_name), span);
    quote_spanned!(span=> #cfgs fn #check #generics() #where_clause { #checks })
}

/// `on` and `when` need an error to look at.
fn filter(step: &Step<'_>) -> Option<TokenStream> {
    let retry = &step.args.retry;
    let on = retry.on.as_ref().map(|on| &on.key);
    let key = on.or_else(|| retry.when.as_ref().map(|when| &when.key))?;
    if step.output.returns != Returns::Unclear {
        return None;
    }
    let cfgs = &step.cfgs;
    let is_result = is_result(step, at(key.span()));
    let complaint = messages::filter_without_error(&step.place, &key.to_string());
    Some(quote_spanned!(at(key.span())=> #cfgs const _: () = ::core::assert!(#is_result, #complaint);))
}
