//! The code of a wizard.

mod answers;
mod blueprint;
mod goals;
mod inherent;
mod stubs;
mod subflow;

pub(crate) use stubs::stubs;

use super::configured;
use super::names::{Names, at};
use crate::dialect::Wizard;
use crate::model::Flow;
use goals::Goals;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(crate) fn generated(wizard: &Flow<'_, Wizard>) -> TokenStream {
    let names = Names::new(wizard);
    let goals = Goals::new(wizard, &names);
    let cfgs = wizard.block.header.cfgs();
    let inherent = inherent::inherent(wizard, &names);
    let probes = names.probes(wizard.steps.iter());
    let tables = goals.tables();
    let table = tables.is_some().then(|| names.table(wizard));
    let wizard_impl = of_trait(wizard, &names, &goals);
    let configured = configured::checks(wizard, &names);
    let marks = names.marks(wizard.steps.iter());
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        const _: () = {
            #probes
            #table
            #tables
            #inherent
            #wizard_impl
            #configured
            #marks
        };
    }
}

fn of_trait(wizard: &Flow<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let Names { krate, generics, self_ty, where_clause, state, .. } = names;
    // A missing field, or one of another type, is reported at the word `state`.
    let key = wizard.block.args.state_key.as_ref().map_or_else(Span::call_site, |key| key.span());
    let field = quote_spanned!(at(key)=> let Self { state, .. } = self; state);
    let blueprint = blueprint::blueprint(wizard, names, goals);
    let answers = answers::answers(wizard, names, goals);
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #krate::__private::Wizard for #self_ty #where_clause {
            type State = #state;

            fn state(&self) -> &Self::State {
                #field
            }

            #blueprint
            #answers
        }
    }
}
