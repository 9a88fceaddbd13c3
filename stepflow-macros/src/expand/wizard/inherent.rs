//! What users call: `definition`, `graph` and the handles of the steps.

use super::blueprint::field_name;
use crate::dialect::Wizard;
use crate::expand::inherent::{block, handle_doc};
use crate::expand::names::{Names, at};
use crate::model::{Flow, Step};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

pub(crate) fn inherent(wizard: &Flow<'_, Wizard>, names: &Names<'_>) -> TokenStream {
    let handles = wizard.steps.iter().map(|step| handle(step, names, true)).collect();
    block(names, [Some(handles), definition(wizard, names), graph(wizard, names)].into_iter().flatten())
}

/// `definition`, unless the user wrote one.
pub(crate) fn definition(wizard: &Flow<'_, Wizard>, names: &Names<'_>) -> Option<TokenStream> {
    let Names { krate, state, .. } = names;
    (!wizard.has_method("definition")).then(|| {
        quote_spanned! {Span::mixed_site()=>
            /// The wizard, ready to be walked. `around` puts it together around a state, whenever the answers
            /// are gone through.
            ///
            /// # Errors
            ///
            /// A text is a template that does not parse.
            pub fn definition(
                around: impl ::core::ops::Fn(#state) -> Self
                    + ::core::marker::Send
                    + ::core::marker::Sync
                    + 'static,
            ) -> ::core::result::Result<#krate::__private::Definition, #krate::__private::DefinitionErrors> {
                #krate::__private::definition::<Self>(around)
            }
        }
    })
}

/// `graph`, unless the user wrote one.
pub(crate) fn graph(wizard: &Flow<'_, Wizard>, names: &Names<'_>) -> Option<TokenStream> {
    let krate = &names.krate;
    (!wizard.has_method("graph")).then(|| {
        quote_spanned! {Span::mixed_site()=>
            /// The graph of the steps; nothing is asked.
            ///
            /// # Errors
            ///
            /// A text is a template that does not parse.
            pub fn graph() -> ::core::result::Result<#krate::__private::WorkflowGraph, #krate::__private::DefinitionErrors> {
                #krate::__private::graph::<Self>()
            }
        }
    })
}

pub(crate) fn handle(step: &Step<'_, Wizard>, names: &Names<'_>, is_sound: bool) -> TokenStream {
    let krate = &names.krate;
    let Step { cfgs, handle, name, .. } = step;
    let vis = &step.method.vis;
    let answer = step.parameter().map_or_else(|| quote!(()), |parameter| parameter.ty.to_token_stream());
    let value = if is_sound {
        value(step, names)
    } else {
        quote_spanned!(Span::mixed_site()=> #krate::__private::StageHandle::broken(#name))
    };
    let doc = handle_doc(name, step.doc.as_deref());
    let constant = quote!(#vis const #handle);
    quote_spanned! {Span::mixed_site()=>
        #[doc = #doc]
        #cfgs
        #constant: #krate::__private::StageHandle<#answer> = #value;
    }
}

/// What becomes of the answer.
fn value(step: &Step<'_, Wizard>, names: &Names<'_>) -> TokenStream {
    let name = &step.name;
    let Some(parameter) = step.parameter() else {
        let krate = &names.krate;
        return quote_spanned!(Span::mixed_site()=> #krate::__private::StageHandle::page(#name));
    };
    // An answer that cannot be read or described is reported at its type.
    let span = parameter.ty.span();
    let krate = names.krate_at(span);
    if step.args.own.subflow.is_some() {
        return quote_spanned!(at(span)=> #krate::__private::StageHandle::calls(#name));
    }
    let field = field_name(step);
    quote_spanned!(at(span)=> #krate::__private::StageHandle::asks(#name, #field))
}
