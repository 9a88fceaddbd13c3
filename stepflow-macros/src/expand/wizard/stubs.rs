//! What stands in for a wizard with mistakes, so that the code around it brings no more.

use super::inherent::{definition, graph, handle};
use crate::dialect::Wizard;
use crate::expand::inherent::block;
use crate::expand::names::Names;
use crate::model::{Flow, Ownership, Step};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};

pub(crate) fn stubs(wizard: &Flow<'_, Wizard>) -> Option<TokenStream> {
    let header = &wizard.block.header;
    if header.trait_path.is_some() || header.name.is_none() || wizard.block.args.state.is_none() {
        return None;
    }
    let names = Names::new(wizard);
    let Names { krate, generics, self_ty, where_clause, state, .. } = &names;
    let cfgs = header.cfgs();
    let handles = handled(wizard).map(|step| handle(step, &names, false));
    let others = [definition(wizard, &names), graph(wizard, &names)].into_iter().flatten();
    let inherent = block(&names, handles.chain(others));
    let marks = names.marks(wizard.steps.iter());
    Some(quote_spanned! {Span::mixed_site()=>
        #cfgs
        const _: () = {
            #marks
            #inherent
            impl #generics #krate::__private::Wizard for #self_ty #where_clause {
                type State = #state;
                fn state(&self) -> &Self::State {
                    ::core::unreachable!()
                }
                fn blueprint() -> ::core::result::Result<#krate::__private::Blueprint, #krate::__private::DefinitionErrors> {
                    ::core::unreachable!()
                }
                fn take(
                    &mut self,
                    _: &str,
                    _: &#krate::__private::Answers,
                ) -> ::core::result::Result<#krate::__private::Way, #krate::__private::Rejection> {
                    ::core::unreachable!()
                }
            }
        };
    })
}

/// The steps whose handles bring no mistakes of their own.
fn handled<'w, 'a>(wizard: &'w Flow<'a, Wizard>) -> impl Iterator<Item = &'w Step<'a, Wizard>> {
    let steps = wizard.steps.iter().enumerate();
    let sound = steps.filter(|(index, step)| {
        let is_owned = step
            .parameter()
            .is_none_or(|parameter| Ownership::of(parameter.ty.to_token_stream()) == Ownership::Owned);
        is_owned && wizard.rival(*index).is_none()
    });
    sound.map(|(_, step)| step)
}
