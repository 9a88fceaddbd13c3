//! What only workflows say, as expressions.

use crate::expand::literals::{cow, length, number, slice, some};
use crate::syntax::Factor;
use crate::syntax::workflow::{Backoff, Effect, Metadata, MetadataEntry, RetryArgs};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::LitBool;

/// The settings of a block that says something about retries.
pub(crate) fn retry(krate: &TokenStream, retry: &RetryArgs) -> Option<TokenStream> {
    if !retry.sets_policy() {
        return None;
    }
    let RetryArgs { times, delay, backoff, factor, max_delay, jitter, budget, timeouts, .. } = retry;
    let mut fields = Vec::new();
    let mut field = |name: &str, value: Option<TokenStream>| {
        let name = proc_macro2::Ident::new(name, Span::mixed_site());
        let value = value.map(some);
        fields.extend(value.map(|value| quote_spanned!(Span::mixed_site()=> #name: #value,)));
    };
    field("times", times.as_ref().map(number));
    field("delay", delay.as_ref().map(length));
    field("backoff", backoff.map(|backoff| self::backoff(krate, backoff)));
    field("factor", factor.as_ref().map(self::factor));
    field("max_delay", max_delay.as_ref().map(length));
    field("jitter", jitter.as_ref().map(LitBool::to_token_stream));
    field("budget", budget.as_ref().map(|budget| length(&budget.value)));
    field("timeouts", timeouts.as_ref().map(|timeouts| timeouts.value.to_token_stream()));
    Some(quote_spanned! {Span::mixed_site()=>
        #krate::RetrySettings { #(#fields)* ..#krate::RetrySettings::INHERIT }
    })
}

pub(crate) fn metadata(krate: &TokenStream, entries: &[MetadataEntry]) -> TokenStream {
    let entries: Vec<TokenStream> = entries
        .iter()
        .map(|MetadataEntry { key, value }| {
            let key = cow(krate, key);
            let value = metadata_value(krate, value);
            quote_spanned!(Span::mixed_site()=> (#key, #value))
        })
        .collect();
    slice(krate, &entries)
}

fn metadata_value(krate: &TokenStream, value: &Metadata) -> TokenStream {
    let variant = match value {
        Metadata::Null => quote_spanned!(Span::mixed_site()=> Null),
        Metadata::Bool(switch) => quote_spanned!(Span::mixed_site()=> Bool(#switch)),
        Metadata::Integer(number) => {
            let number = Literal::i64_unsuffixed(*number);
            quote_spanned!(Span::mixed_site()=> Integer(#number))
        }
        Metadata::Float(number) => {
            let number = Literal::f64_unsuffixed(*number);
            quote_spanned!(Span::mixed_site()=> Float(#number))
        }
        Metadata::Text(text) => {
            let text = cow(krate, text);
            quote_spanned!(Span::mixed_site()=> Text(#text))
        }
        Metadata::List(values) => {
            let values: Vec<_> = values.iter().map(|value| metadata_value(krate, value)).collect();
            let values = slice(krate, &values);
            quote_spanned!(Span::mixed_site()=> List(#values))
        }
        Metadata::Map(entries) => {
            let entries = metadata(krate, entries);
            quote_spanned!(Span::mixed_site()=> Map(#entries))
        }
    };
    quote_spanned!(Span::mixed_site()=> #krate::MetadataValue::#variant)
}

pub(crate) fn effect(krate: &TokenStream, effect: Effect) -> TokenStream {
    match effect {
        Effect::Once => quote_spanned!(Span::mixed_site()=> #krate::Effect::Once),
        Effect::Repeatable => quote_spanned!(Span::mixed_site()=> #krate::Effect::Repeatable),
    }
}

fn backoff(krate: &TokenStream, backoff: Backoff) -> TokenStream {
    match backoff {
        Backoff::Exponential => quote_spanned!(Span::mixed_site()=> #krate::Backoff::Exponential),
        Backoff::Fixed => quote_spanned!(Span::mixed_site()=> #krate::Backoff::Fixed),
    }
}

fn factor(factor: &Factor) -> TokenStream {
    match factor {
        Factor::Literal { value, .. } => Literal::f64_unsuffixed(*value).to_token_stream(),
        Factor::Constant(path) => path.to_token_stream(),
    }
}
