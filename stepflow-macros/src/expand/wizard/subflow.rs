//! A step that walks another wizard.

use crate::dialect::Wizard;
use crate::expand::names::{Names, at, located};
use crate::model::Step;
use crate::syntax::wizard::{Field, SubflowArgs};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

/// The stage that calls the other wizard.
pub(crate) fn call(step: &Step<'_, Wizard>, names: &Names<'_>) -> Option<TokenStream> {
    let (subflow, wizard) = of(step)?;
    let name = &step.name;
    let span = wizard.span();
    let krate = names.krate_at(span);
    let with = match &subflow.with {
        Some(with) => with.to_token_stream(),
        None => quote_spanned!(at(span)=> ::core::convert::From::from),
    };
    let data = pairs(&subflow.data, "pass");
    let results = pairs(subflow.results.as_deref().unwrap_or_default(), "take");
    Some(quote_spanned!(at(span)=> #krate::__private::Stage::calls::<#wizard>(#name, #with) #data #results))
}

/// What the compiler is asked: is the answer what the other wizard gives, and are the mapped fields there?
pub(crate) fn checks(step: &Step<'_, Wizard>, names: &Names<'_>) -> Option<TokenStream> {
    let (subflow, wizard) = of(step)?;
    let cfgs = &step.cfgs;
    let krate = &names.krate;
    let krate_there = names.krate_at(wizard.span());
    let theirs = quote_spanned!(at(wizard.span())=> <#wizard as #krate_there::__private::Wizard>::State);
    let ours = quote_spanned!(Span::mixed_site()=> <Self as #krate::__private::Wizard>::State);
    let answer = step.parameter().map(|parameter| &*parameter.ty);
    let mut fields = TokenStream::new();
    for mapping in &subflow.data {
        fields.extend(field(&mapping.from, &ours));
        fields.extend(field(&mapping.to, &theirs));
    }
    for mapping in subflow.results.iter().flatten() {
        fields.extend(field(&mapping.from, &theirs));
        fields.extend(answer.and_then(|answer| field(&mapping.to, &answer.to_token_stream())));
    }
    let same = answer.filter(|_| subflow.results.is_none()).map(|answer| {
        let theirs = located(theirs, answer.span());
        quote_spanned!(at(answer.span())=> let _: fn(#theirs) -> #answer = |state| state;)
    });
    Some(quote_spanned!(Span::mixed_site()=> #cfgs { #same #fields }))
}

fn of<'s>(step: &'s Step<'_, Wizard>) -> Option<(&'s SubflowArgs, &'s Type)> {
    let subflow = step.args.own.subflow.as_ref()?;
    Some((subflow, subflow.wizard.as_ref()?))
}

fn pairs(mappings: &[crate::syntax::wizard::Mapping], method: &str) -> TokenStream {
    let method = proc_macro2::Ident::new(method, Span::mixed_site());
    let calls = mappings.iter().map(|mapping| {
        let (from, to) = (mapping.from.name(), mapping.to.name());
        quote_spanned!(Span::mixed_site()=> .#method(#from, #to))
    });
    calls.collect()
}

/// A field that is named as in Rust is there.
fn field(field: &Field, of: &TokenStream) -> Option<TokenStream> {
    let Field::Named(name) = field else { return None };
    Some(quote_spanned!(at(name.span())=> let _ = |whole: &#of| { let _ = &whole.#name; };))
}
