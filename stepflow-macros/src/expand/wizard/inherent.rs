//! What users call: `definition`, `graph` and the handles of the steps.

use super::blueprint::field_name;
use crate::dialect::Wizard;
use crate::expand::inherent::{block, handle_doc};
use crate::expand::names::Names;
use crate::model::{Flow, Step};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

pub(crate) fn inherent(wizard: &Flow<'_, Wizard>, names: &Names<'_>) -> TokenStream {
    let handles = wizard.steps.iter().map(|step| handle(step, names)).collect();
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

pub(crate) fn handle(step: &Step<'_, Wizard>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let Step { cfgs, handle, name, .. } = step;
    let vis = &step.method.vis;
    let kind = if step.args.own.subflow.is_some() { "SubflowHandle" } else { "StageHandle" };
    let kind = Ident::new(kind, Span::mixed_site());
    let answer = answer(step, names);
    let field = field_name(step);
    let doc = handle_doc(name, step.doc.as_deref());
    let constant = quote!(#vis const #handle);
    quote_spanned! {Span::mixed_site()=>
        #[doc = #doc]
        #cfgs
        #constant: #krate::__private::#kind<#answer> = #krate::__private::#kind::new(#name, #field);
    }
}

/// The type of a step's answer.
fn answer(step: &Step<'_, Wizard>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let wizard = step.args.own.subflow.as_ref().and_then(|subflow| subflow.wizard.as_ref());
    match (step.parameter(), wizard) {
        (Some(parameter), _) => parameter.ty.to_token_stream(),
        (None, Some(wizard)) => {
            quote_spanned!(Span::mixed_site()=> <#wizard as #krate::__private::Wizard>::State)
        }
        (None, None) => quote!(()),
    }
}
