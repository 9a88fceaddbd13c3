//! Where steps lead, by the public names that the core knows.

use crate::dialect::Wizard;
use crate::expand::names::Names;
use crate::model::{Flow, Step, Target};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

/// The public names of the steps, as configured.
pub(crate) struct Goals<'w, 'a> {
    wizard: &'w Flow<'a, Wizard>,
    names: &'w Names<'a>,
    table: Ident,
}

impl<'w, 'a> Goals<'w, 'a> {
    pub(crate) fn new(wizard: &'w Flow<'a, Wizard>, names: &'w Names<'a>) -> Self {
        Self { wizard, names, table: Ident::new("__NAMES", Span::mixed_site()) }
    }

    /// The names in order, where `#[cfg]` may change them.
    pub(crate) fn tables(&self) -> Option<TokenStream> {
        let table = &self.table;
        self.wizard.is_configured().then(|| {
            let names = self.wizard.steps.iter().map(|step| {
                let Step { cfgs, name, .. } = step;
                quote!(#cfgs #name,)
            });
            quote_spanned!(Span::mixed_site()=> const #table: &[&str] = &[#(#names)*];)
        })
    }

    /// The name of a target.
    pub(crate) fn of(&self, target: &Target<'_>) -> TokenStream {
        let Some(step) = self.wizard.step_at(target) else { return quote!("END") };
        if self.wizard.condition_of(&step.method_name).is_none() {
            return step.name.to_token_stream();
        }
        let table = &self.table;
        let index = self.names.target_index(self.wizard, target);
        quote_spanned!(Span::mixed_site()=> #table[#index])
    }

    /// Where a step leads without an answer to choose by: `otherwise`, `next`, or the step below.
    pub(crate) fn without_answer(&self, step: &Step<'_, Wizard>) -> TokenStream {
        match step.other_target("otherwise") {
            Some(target) => self.of(target),
            None => self.linear(step),
        }
    }

    /// Where a step without routes leads: `next`, or the step below.
    pub(crate) fn linear(&self, step: &Step<'_, Wizard>) -> TokenStream {
        match step.other_target("next") {
            Some(target) => self.of(target),
            None => self.below(step),
        }
    }

    fn below(&self, step: &Step<'_, Wizard>) -> TokenStream {
        let position = self.wizard.steps.iter().position(|other| std::ptr::eq(other, step));
        let below = &self.wizard.steps[position.map_or(0, |position| position + 1)..];
        match below {
            [] => quote!("END"),
            [next, ..] if next.cfgs.is_empty() && step.cfgs.is_empty() => next.name.to_token_stream(),
            _ => {
                let krate = &self.names.krate;
                let table = &self.table;
                let index = self.names.index(step);
                quote_spanned!(Span::mixed_site()=> #krate::__private::below(#table, #index))
            }
        }
    }
}
