//! `BlockingWorkflow`: calls a step, and says which of its errors are retried and which route its
//! output takes.

use super::literals::cow;
use super::names::{Names, at, output_span};
use crate::model::{PatternKind, RetryFilter, Step, Workflow};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Pat;

pub(crate) fn dispatch(workflow: &Workflow<'_>, names: &Names<'_>) -> TokenStream {
    let Names { krate, generics, self_ty, where_clause, .. } = names;
    let takes_context = workflow.steps.iter().any(Step::takes_context);
    let ctx = Ident::new(if takes_context { "ctx" } else { "_ctx" }, Span::mixed_site());
    let arms = workflow.steps.iter().map(|step| arm(step, names, &ctx));
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #krate::BlockingWorkflow for #self_ty #where_clause {
            #[allow(deprecated, unreachable_code, unused_variables)]
            fn run_step(
                &mut self,
                step: usize,
                #ctx: &mut #krate::RunContext<'_>,
            ) -> #krate::StepOutcome {
                match step {
                    #(#arms)*
                    _ => #krate::StepOutcome::unknown_step(step),
                }
            }
        }
    }
}

fn arm(step: &Step<'_>, names: &Names<'_>, ctx: &Ident) -> TokenStream {
    let krate = &names.krate;
    let cfgs = &step.cfgs;
    let index = names.index(step);
    let method = &step.method.sig.ident;
    let ctx = step.takes_context().then(|| quote!(, #ctx));
    let convert = names.returned(step, "into_step_result");
    let call = quote_spanned!(Span::mixed_site()=> #convert(Self::#method(self #ctx)));
    let filter = filter(step.filter, krate);
    let outcome = match &step.args.routes {
        None => quote_spanned!(Span::mixed_site()=> #krate::__private::outcome(#call, #filter)),
        Some(routes) => {
            let route = router(step, names, routes.key.span());
            quote_spanned! {Span::mixed_site()=>
                #krate::__private::outcome_routed(#call, #filter, #route)
            }
        }
    };
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        index if index == #index => #outcome,
    }
}

/// `|error| …`: may this error be retried?
fn filter(filter: RetryFilter<'_>, krate: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    let matches = |pattern: &Pat| {
        quote_spanned! {site=>
            match error {
                #pattern => true,
                #[allow(unreachable_patterns)]
                _ => false,
            }
        }
    };
    match filter {
        RetryFilter::Any => quote_spanned!(site=> #krate::__private::any_error),
        RetryFilter::On(pattern) => {
            let matches = matches(pattern);
            quote_spanned!(site=> |error| #matches)
        }
        RetryFilter::When(path) => quote_spanned!(site=> |error| #path(error)),
        RetryFilter::InheritedOn(pattern) => {
            let matches = matches(pattern);
            quote_spanned!(site=> |error| #krate::__private::of_type(error, |error: &_| #matches))
        }
        RetryFilter::InheritedWhen(path) => {
            quote_spanned!(site=> |error| #krate::__private::of_type(error, #path))
        }
    }
}

/// `|output| …`: the key of the route that an output takes.
fn router(step: &Step<'_>, names: &Names<'_>, span: Span) -> TokenStream {
    let site = Span::mixed_site();
    let krate = &names.krate;
    let arms = step.routes.iter().map(|route| {
        let cfgs = &route.cfgs;
        let pattern = route.arm.pattern.to_token_stream();
        let key = cow(krate, route.key.as_deref().unwrap_or_default());
        quote_spanned!(site=> #cfgs #pattern => #key,)
    });
    let has = |test: fn(&PatternKind<'_>) -> bool| step.routes.iter().any(|route| test(&route.kind));
    let is_text = has(|kind| matches!(kind, PatternKind::Text(_)));
    if !is_text {
        // A forgotten variant is reported at the word `routes`.
        let scrutinee = quote_spanned!(at(span)=> *output);
        return quote_spanned!(site=> |output| match #scrutinee { #(#arms)* });
    }
    let is_total =
        step.routes.iter().any(|route| matches!(route.kind, PatternKind::Wild) && route.cfgs.is_empty());
    // An unknown text is passed on; the run then says that no route has this key.
    let unknown = (!is_total).then(
        || quote_spanned!(site=> other => #krate::__private::Cow::Owned(::core::convert::From::from(other)),),
    );
    let text = quote_spanned!(at(output_span(step))=> #krate::__private::text(output));
    quote_spanned!(site=> |output| match #text { #(#arms)* #unknown })
}
