//! `take`, `skip`, `relevant` and `enter`: what answers do.

use super::goals::Goals;
use crate::dialect::Wizard;
use crate::expand::names::{Names, at, output_span};
use crate::expand::router;
use crate::model::{Flow, Route, Step};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

pub(crate) fn answers(wizard: &Flow<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let take = take(wizard, names, goals);
    let skip = skip(wizard, names, goals);
    let relevant = relevant(wizard, names);
    let enter = enter(wizard, names);
    quote!(#take #skip #relevant #enter)
}

fn take(wizard: &Flow<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let krate = &names.krate;
    let arms = wizard.steps.iter().map(|step| {
        let Step { cfgs, name, .. } = step;
        let way = way(step, names, goals);
        quote_spanned!(Span::mixed_site()=> #cfgs #name => { #way })
    });
    quote_spanned! {Span::mixed_site()=>
        #[allow(deprecated, unreachable_code, unused_variables)]
        fn take(
            &mut self,
            stage: &str,
            answer: &#krate::__private::Answers,
        ) -> ::core::result::Result<#krate::__private::Way, #krate::__private::Rejection> {
            match stage {
                #(#arms)*
                _ => ::core::result::Result::Err(#krate::__private::unknown_step(stage)),
            }
        }
    }
}

/// Reads the answer, runs the step's method with it, and finds the way on.
fn way(step: &Step<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let method = &step.method.sig.ident;
    let answer = answer(step, names);
    let argument = answer.is_some().then(|| quote_spanned!(Span::mixed_site()=> , answer));
    let convert = names.returned(step, "into_step_result");
    let router = router(step, names, goals);
    // An error that cannot be shown, or an output that nothing uses, is reported at the return type.
    let span = output_span(step);
    let krate = names.krate_at(span);
    let found = quote_spanned!(at(span)=> #krate::__private::Way::routed(result, #router));
    let call = quote_spanned! {Span::mixed_site()=>
        #answer
        let result = #convert(Self::#method(self #argument));
    };
    let Some(path) = &step.args.own.on_leave else {
        return quote_spanned!(Span::mixed_site()=> #call #found);
    };
    // What it returns is reported at its path.
    let unless_kept = quote_spanned!(at(path.span())=> .unless_kept((#path)(state)));
    quote_spanned! {Span::mixed_site()=>
        #call
        let way = #found?;
        let Self { state, .. } = self;
        way #unless_kept
    }
}

fn answer(step: &Step<'_, Wizard>, names: &Names<'_>) -> Option<TokenStream> {
    let ty = &step.parameter()?.ty;
    let span = at(ty.span());
    let krate = names.krate_at(ty.span());
    let handle = &step.handle;
    if step.args.own.subflow.is_some() {
        return Some(quote_spanned!(span=> let answer = Self::#handle.take(answer, &[])?;));
    }
    Some(quote_spanned! {span=>
        let rules: [#krate::__private::Rule<#ty>; 2] = {
            #[allow(unused_imports)]
            use #krate::__private::NoRules as _;
            [#krate::__private::Rules::<#ty>::GARDE, #krate::__private::Rules::<#ty>::VALIDATOR]
        };
        let answer = Self::#handle.take(answer, &rules)?;
    })
}

/// `|output| …`: where an output leads.
fn router(step: &Step<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> TokenStream {
    let krate = &names.krate;
    if step.args.routes.is_none() {
        let goal = goals.linear(step);
        // The type of an output that nothing uses.
        let span = output_span(step);
        let krate = names.krate_at(span);
        return quote_spanned!(at(span)=> |output| #krate::__private::Way::only(output, #goal));
    }
    let way = |route: &Route<'_>| {
        let goal = goals.of(&route.target);
        let key = route.key.as_deref().unwrap_or_default();
        quote_spanned!(Span::mixed_site()=> #krate::__private::Way::to(#goal).by(#key))
    };
    if !step.routes_on_text() {
        return router::typed(step, way);
    }
    let span = output_span(step);
    let krate = names.krate_at(span);
    let arms = router::arms(step, way);
    quote_spanned!(at(span)=> |output| match #krate::__private::Way::text(output) { #arms })
}

/// The ways on of the steps that may be passed without an answer.
fn skip(wizard: &Flow<'_, Wizard>, names: &Names<'_>, goals: &Goals<'_, '_>) -> Option<TokenStream> {
    let krate = &names.krate;
    let passed = wizard.steps.iter().filter(|step| {
        let own = &step.args.own;
        own.when.is_some() || own.skip_key().is_some() && own.skip_default.is_none()
    });
    let arms: Vec<TokenStream> = passed
        .map(|step| {
            let Step { cfgs, name, .. } = step;
            let goal = goals.without_answer(step);
            let by = step.other_target("otherwise").map(|_| quote!(.by("otherwise")));
            quote_spanned! {Span::mixed_site()=>
                #cfgs
                #name => ::core::result::Result::Ok(#krate::__private::Way::to(#goal) #by),
            }
        })
        .collect();
    (!arms.is_empty()).then(|| {
        quote_spanned! {Span::mixed_site()=>
            fn skip(
                &mut self,
                stage: &str,
            ) -> ::core::result::Result<#krate::__private::Way, #krate::__private::Rejection> {
                match stage {
                    #(#arms)*
                    _ => ::core::result::Result::Err(#krate::__private::not_skippable(stage)),
                }
            }
        }
    })
}

fn relevant(wizard: &Flow<'_, Wizard>, names: &Names<'_>) -> Option<TokenStream> {
    let state = &names.state;
    let arms = arms(wizard, |step| {
        let path = &step.args.own.when.as_ref()?.value;
        Some(quote_spanned!(at(path.span())=> { let when: fn(&#state) -> bool = #path; when(state) }))
    })?;
    Some(quote_spanned! {Span::mixed_site()=>
        fn relevant(&self, stage: &str) -> bool {
            let Self { state, .. } = self;
            match stage {
                #arms
                _ => true,
            }
        }
    })
}

fn enter(wizard: &Flow<'_, Wizard>, names: &Names<'_>) -> Option<TokenStream> {
    let state = &names.state;
    let arms = arms(wizard, |step| {
        let path = step.args.own.on_enter.as_ref()?;
        let span = at(path.span());
        Some(quote_spanned!(span=> { let enter: fn(&mut #state) = #path; enter(state); }))
    })?;
    Some(quote_spanned! {Span::mixed_site()=>
        fn enter(&mut self, stage: &str) {
            let Self { state, .. } = self;
            match stage {
                #arms
                _ => {}
            }
        }
    })
}

/// An arm for each step that has something to do; `None` when none has.
fn arms(
    wizard: &Flow<'_, Wizard>,
    act: impl Fn(&Step<'_, Wizard>) -> Option<TokenStream>,
) -> Option<TokenStream> {
    let arms: TokenStream = wizard
        .steps
        .iter()
        .filter_map(|step| {
            let Step { cfgs, name, .. } = step;
            let act = act(step)?;
            Some(quote_spanned!(Span::mixed_site()=> #cfgs #name => #act))
        })
        .collect();
    (!arms.is_empty()).then_some(arms)
}
