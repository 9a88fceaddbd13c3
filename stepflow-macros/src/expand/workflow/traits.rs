//! `Workflow` and `StaticWorkflow`.

use super::definition;
use super::mode;
use crate::dialect::Workflow;
use crate::expand::names::{Names, at};
use crate::model::Flow;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(crate) fn traits(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> TokenStream {
    let Names { krate, generics, self_ty, where_clause, state, .. } = names;
    // A missing field, or one of another type, is reported at the word `state`.
    let key = workflow.block.args.state_key.as_ref().map_or_else(Span::call_site, |key| key.span());
    let field = quote_spanned!(at(key)=> let Self { state, .. } = self; state);
    let mode = mode::mode(workflow, names);
    let definition = definition::definition(workflow, names);
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #krate::Workflow for #self_ty #where_clause {
            type State = #state;
            type Mode = #mode;

            fn definition(&self) -> #krate::DefinitionRef {
                #krate::DefinitionRef::Static(<Self as #krate::StaticWorkflow>::DEFINITION)
            }

            fn state(&self) -> &Self::State {
                #field
            }

            fn into_state(self) -> Self::State {
                #field
            }
        }

        #[automatically_derived]
        impl #generics #krate::StaticWorkflow for #self_ty #where_clause {
            #[allow(clippy::needless_update)]
            const DEFINITION: &'static #krate::WorkflowDefinition = &#definition;
        }
    }
}
