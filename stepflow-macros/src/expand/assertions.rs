//! What rustc has to check, asked at the user's own tokens.

use super::names::{Names, at, output_span};
use crate::messages;
use crate::model::{Returns, Step, Workflow};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

pub(crate) fn assertions(workflow: &Workflow<'_>, names: &Names<'_>) -> TokenStream {
    workflow.steps.iter().map(|step| self::step(step, names)).collect()
}

fn step(step: &Step<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let cfgs = &step.cfgs;
    let span = output_span(step);
    let output = names.output(&step.output, span);
    let fails = (step.output.returns != Returns::Plain).then(|| {
        let error = names.error(&step.output, span);
        quote_spanned!(at(span)=> #krate::__private::assert_error::<#error>();)
    });
    let checks = quote_spanned! {at(span)=>
        #krate::__private::assert_output::<#output>();
        #fails
    };
    let filter = filter(step, names);
    let checks = if names.generics.params.is_empty() {
        quote_spanned!(at(span)=> #cfgs const _: () = { #checks };)
    } else {
        let Names { generics, where_clause, .. } = names;
        let check = Ident::new(&format!("_check_{}", step.method_name), at(span));
        quote_spanned!(at(span)=> #cfgs fn #check #generics() #where_clause { #checks })
    };
    without_self(quote_spanned!(Span::mixed_site()=> #checks #filter), names)
}

/// `on` and `when` need an error to look at.
fn filter(step: &Step<'_>, names: &Names<'_>) -> Option<TokenStream> {
    let retry = &step.args.retry;
    let on = retry.on.as_ref().map(|on| &on.key);
    let key = on.or_else(|| retry.when.as_ref().map(|when| &when.key))?;
    if step.output.returns != Returns::Unclear {
        return None;
    }
    let cfgs = &step.cfgs;
    let can_fail = names.fallible(&step.output, key.span());
    let complaint = messages::filter_without_error(&step.place, &key.to_string());
    Some(quote_spanned! {at(key.span())=>
        #cfgs
        const _: () = ::core::assert!(#can_fail, #complaint);
    })
}

/// The items stand outside of the block, where `Self` has no meaning.
fn without_self(tokens: TokenStream, names: &Names<'_>) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|tree| match tree {
            TokenTree::Ident(word) if word == "Self" => names.self_ty.to_token_stream(),
            TokenTree::Group(group) => {
                let inner = without_self(group.stream(), names);
                let mut outer = proc_macro2::Group::new(group.delimiter(), inner);
                outer.set_span(group.span());
                TokenTree::Group(outer).into()
            }
            tree => tree.into(),
        })
        .collect()
}
