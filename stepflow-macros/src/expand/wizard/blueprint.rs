//! `Wizard::blueprint`: what is known without an answer.

use super::goals::Goals;
use super::subflow;
use crate::dialect::Wizard;
use crate::expand::literals::number;
use crate::expand::names::{Names, at};
use crate::model::{Flow, Step};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

pub(crate) fn blueprint(wizard: &Flow<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let krate = &names.krate;
    let args = &wizard.block.args;
    let name = &wizard.name;
    let version = args.version.as_ref().map_or_else(|| quote!(0), number);
    let description = args.own.description.as_ref().map(LitStr::value).or_else(|| wizard.doc.clone());
    let description = description.map(|text| quote!(.description(#text)));
    let checks = wizard.steps.iter().filter_map(|step| subflow::checks(step, names));
    let checks: TokenStream = checks.collect();
    let steps = wizard.steps.iter().map(|step| self::step(step, names, goals));
    quote_spanned! {Span::mixed_site()=>
        fn blueprint() -> ::core::result::Result<#krate::__private::Blueprint, #krate::__private::DefinitionErrors> {
            #checks
            #krate::__private::Outline::new(#name, #version)
                #description
                .steps([#(#steps),*])
        }
    }
}

/// What a non-object answer is called in a form.
pub(crate) fn field_name(step: &Step<'_, Wizard>) -> String {
    let parameter = step.parameter().and_then(|parameter| match &*parameter.pat {
        syn::Pat::Ident(name) => Some(name.ident.unraw().to_string()),
        _ => None,
    });
    let name = parameter.as_deref().unwrap_or_default().trim_start_matches('_');
    // Names that begin with an underscore are the core's own.
    if name.is_empty() { step.method_name.trim_start_matches('_').to_owned() } else { name.to_owned() }
}

fn step(step: &Step<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let cfgs = &step.cfgs;
    let own = &step.args.own;
    let start = start(step, names);
    let title = own.title.as_ref().map_or_else(|| in_words(&step.name), LitStr::value);
    let prompt = own.prompt.as_ref().map(LitStr::value).or_else(|| step.doc.clone());
    let mut settings = Vec::new();
    let mut set = |name: &str, value: Option<TokenStream>| {
        let name = proc_macro2::Ident::new(name, Span::mixed_site());
        settings.extend(value.map(|value| quote_spanned!(Span::mixed_site()=> .#name(#value))));
    };
    set("title", Some(title.to_token_stream()));
    set("prompt", prompt.map(ToTokens::into_token_stream));
    set("help", own.help.as_ref().map(ToTokens::to_token_stream));
    set("suggestions", own.suggestions.as_ref().map(|texts| list(&texts.value)));
    set("sensitive", own.sensitive.as_ref().map(|texts| list(&texts.value)));
    set("can_skip", own.skip_key().map(|_| quote!(true)));
    set("can_go_back", own.can_go_back.as_ref().map(|switch| switch.on.to_token_stream()));
    set("auto_advance", own.auto_advance.as_ref().map(|switch| switch.on.to_token_stream()));
    let skip_default = skip_default(step);
    let ways = ways(step, names, goals);
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        #start #(#settings)* #skip_default #ways
    }
}

/// What kind of step it is.
fn start(step: &Step<'_, Wizard>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let name = &step.name;
    if let Some(call) = subflow::call(step, names) {
        return call;
    }
    if step.parameter().is_none() {
        return quote_spanned!(Span::mixed_site()=> #krate::__private::Stage::page(#name));
    }
    let handle = &step.handle;
    quote_spanned!(Span::mixed_site()=> #krate::__private::Stage::asks(Self::#handle))
}

fn skip_default(step: &Step<'_, Wizard>) -> Option<TokenStream> {
    let default = &step.args.own.skip_default.as_ref()?.value;
    let handle = step.parameter().map(|_| &step.handle)?;
    Some(quote_spanned!(at(default.span())=> .skip_default(Self::#handle, #default)))
}

/// Every place that the step may lead to.
fn ways(step: &Step<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let krate = &names.krate;
    let option = quote_spanned!(Span::mixed_site()=> #krate::__private::Way);
    let routes = step.routes.iter().map(|route| {
        let cfgs = &route.cfgs;
        let goal = goals.of(&route.target);
        let key = route.key.as_deref().unwrap_or_default();
        quote_spanned!(Span::mixed_site()=> #cfgs #option::to(#goal).by(#key),)
    });
    let linear = step.args.routes.is_none().then(|| {
        let goal = goals.linear(step);
        quote_spanned!(Span::mixed_site()=> #option::to(#goal),)
    });
    let otherwise = step.other_target("otherwise").map(|target| {
        let goal = goals.of(target);
        quote_spanned!(Span::mixed_site()=> #option::to(#goal).by("otherwise"),)
    });
    quote_spanned!(Span::mixed_site()=> .ways([#(#routes)* #linear #otherwise]))
}

fn list(texts: &[LitStr]) -> TokenStream {
    quote!(&[#(#texts),*])
}

/// `shipping_address` as a title: "Shipping address".
fn in_words(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
