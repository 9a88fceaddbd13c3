//! `BlockingWorkflow` or `AsyncWorkflow`: calls a step, and says which of its errors are retried and which route its
//! output takes.

use crate::dialect::Workflow;
use crate::expand::literals::cow;
use crate::expand::names::{Names, at, located, output_span};
use crate::expand::router;
use crate::model::{Flow, RetryFilter, Route, Step};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Pat;
use syn::spanned::Spanned as _;

pub(crate) fn dispatch(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> TokenStream {
    let Names { krate, generics, self_ty, where_clause, .. } = names;
    let takes_context = workflow.steps.iter().any(Step::takes_more);
    let ctx = Ident::new(if takes_context { "ctx" } else { "_ctx" }, Span::mixed_site());
    let arms = workflow.steps.iter().map(|step| arm(workflow, step, names, &ctx));
    let (driver, asyncness) = match workflow.first_async() {
        Some(_) => ("AsyncWorkflow", Some(quote_spanned!(Span::mixed_site()=> async))),
        None => ("BlockingWorkflow", None),
    };
    let driver = Ident::new(driver, Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #krate::#driver for #self_ty #where_clause {
            #[inline]
            #[allow(deprecated, unreachable_code, unused_variables)]
            #asyncness fn run_step(
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

fn arm(
    workflow: &Flow<'_, Workflow>,
    step: &Step<'_, Workflow>,
    names: &Names<'_>,
    ctx: &Ident,
) -> TokenStream {
    let span = output_span(step);
    let krate = names.krate_at(span);
    let cfgs = &step.cfgs;
    let index = names.index(step);
    let call = call(step, names, ctx);
    let convert = names.returned(step, "into_step_result");
    let filter = filter(RetryFilter::of(workflow, step), names);
    // An output or error that cannot be kept is reported at the return type.
    let outcome = if step.args.routes.is_some() {
        let router = router(step, names);
        quote_spanned!(at(span)=> #krate::StepOutcome::of_routed(result, #filter, #router))
    } else {
        quote_spanned!(at(span)=> #krate::StepOutcome::of(result, #filter))
    };
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        index if index == #index => {
            let result = #convert(#call);
            #outcome
        }
    }
}

/// The step's method, run to its end.
fn call(step: &Step<'_, Workflow>, names: &Names<'_>, ctx: &Ident) -> TokenStream {
    let method = &step.method.sig.ident;
    let ctx = step.takes_more().then(|| quote!(, #ctx));
    if !step.is_async() {
        return quote_spanned!(Span::mixed_site()=> Self::#method(self #ctx));
    }
    // A future that cannot cross threads is reported at the step's name.
    let span = method.span();
    let krate = names.krate_at(span);
    let ctx = ctx.map(|ctx| located(ctx, span));
    quote_spanned! {at(span)=>
        #krate::StepOutcome::async_step_must_be_send(Self::#method(self #ctx)).await
    }
}

/// `|error| …`: may this error be retried?
fn filter(filter: RetryFilter<'_>, names: &Names<'_>) -> TokenStream {
    match filter {
        RetryFilter::Any => {
            let krate = &names.krate;
            quote_spanned!(Span::mixed_site()=> #krate::__private::any_error)
        }
        RetryFilter::On(pattern) => {
            let matches = matches(pattern);
            quote_spanned!(at(pattern.span())=> |error| #matches)
        }
        RetryFilter::When(path) => quote_spanned!(at(path.span())=> |error| #path(error)),
        RetryFilter::InheritedOn(pattern) => {
            let krate = names.krate_at(pattern.span());
            let matches = matches(pattern);
            quote_spanned! {at(pattern.span())=>
                |error| #krate::__private::of_type(error, |error: &_| #matches)
            }
        }
        RetryFilter::InheritedWhen(path) => {
            let krate = names.krate_at(path.span());
            quote_spanned!(at(path.span())=> |error| #krate::__private::of_type(error, #path))
        }
    }
}

fn matches(pattern: &Pat) -> TokenStream {
    quote_spanned! {at(pattern.span())=>
        match error {
            #pattern => true,
            #[allow(unreachable_patterns)]
            _ => false,
        }
    }
}

/// `|output| …`: the key of the route that an output takes.
fn router(step: &Step<'_, Workflow>, names: &Names<'_>) -> TokenStream {
    let key = |route: &Route<'_>| cow(&names.krate, route.key.as_deref().unwrap_or_default());
    if !step.routes_on_text() {
        return router::typed(step, key);
    }
    // An unknown text is passed on; the run then says that no route has this key.
    let krate = &names.krate;
    let unknown = (!step.has_wildcard()).then(|| {
        quote_spanned! {Span::mixed_site()=>
            other => #krate::__private::Cow::Owned(::core::convert::From::from(other)),
        }
    });
    let span = output_span(step);
    let krate = names.krate_at(span);
    let arms = router::arms(step, key);
    quote_spanned! {at(span)=>
        |output| match #krate::StepOutcome::text(output) { #arms #unknown }
    }
}
