//! The table of the steps, as a constant.

use super::literals::{cow, length, metadata, number, retry, slice, some};
use super::names::{Names, configured_index};
use crate::model::{Route, Step, Target, Workflow};
use crate::syntax::ApprovalArgs;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

pub(crate) fn definition(workflow: &Workflow<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let args = &workflow.block.args;
    let name = cow(krate, &workflow.name);
    let version = args.version.as_ref().map(|version| {
        let version = number(version);
        quote!(version: #version,)
    });
    let max_visits = args.max_visits.as_ref().map(|max_visits| {
        let max_visits = some(number(&max_visits.value));
        quote!(max_visits: #max_visits,)
    });
    let retry = retry_field(krate, &args.retry);
    let steps: Vec<TokenStream> =
        workflow.steps.iter().map(|step| self::step(workflow, step, names)).collect();
    let steps = slice(krate, &steps);
    quote_spanned! {Span::mixed_site()=>
        #krate::WorkflowDefinition {
            name: #name,
            #version
            #max_visits
            #retry
            steps: #steps,
            ..#krate::WorkflowDefinition::BLANK
        }
    }
}

/// The configured index of a target.
pub(crate) fn index(workflow: &Workflow<'_>, target: &Target<'_>, names: &Names<'_>) -> Option<TokenStream> {
    let step = workflow.step_at(target)?;
    Some(match workflow.condition_of(&step.method_name) {
        Some(_) => configured_index(step).to_token_stream(),
        None => names.index(step),
    })
}

fn step(workflow: &Workflow<'_>, step: &Step<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let cfgs = &step.cfgs;
    let name = cow(krate, &step.name);
    let description = step.description.as_ref().map(|description| {
        let description = some(cow(krate, description));
        quote!(description: #description,)
    });
    let retry = retry_field(krate, &step.args.retry);
    let routes = (!step.routes.is_empty()).then(|| {
        let routes: Vec<TokenStream> =
            step.routes.iter().map(|route| self::route(workflow, route, names)).collect();
        let routes = slice(krate, &routes);
        quote!(routes: #routes,)
    });
    let next = step.next.as_ref().map(|next| {
        let next = some(target(workflow, next, names));
        quote!(next: #next,)
    });
    let on_failure = step.on_failure.as_ref().map(|on_failure| {
        let on_failure = some(target(workflow, on_failure, names));
        quote!(on_failure: #on_failure,)
    });
    let after = step.args.after.as_ref().map(|after| {
        let after = some(length(after));
        quote!(after: #after,)
    });
    let timeout = step.args.timeout.as_ref().map(|timeout| {
        let timeout = some(length(&timeout.value));
        quote!(timeout: #timeout,)
    });
    let approval = step.args.approval.as_ref().map(|approval| {
        let approval = some(self::approval(workflow, step, approval, names));
        quote!(approval: #approval,)
    });
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        #krate::StepDefinition {
            name: #name,
            #description
            #retry
            #routes
            #next
            #on_failure
            #after
            #timeout
            #approval
            ..#krate::StepDefinition::BLANK
        }
    }
}

fn retry_field(krate: &TokenStream, args: &crate::syntax::RetryArgs) -> Option<TokenStream> {
    retry(krate, args).map(|retry| quote!(retry: #retry,))
}

fn route(workflow: &Workflow<'_>, route: &Route<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let cfgs = &route.cfgs;
    let key = cow(krate, route.key.as_deref().unwrap_or_default());
    let target = target(workflow, &route.target, names);
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        #krate::RouteDefinition { key: #key, target: #target }
    }
}

fn target(workflow: &Workflow<'_>, target: &Target<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    match index(workflow, target, names) {
        Some(index) => quote_spanned!(Span::mixed_site()=> #krate::Target::Step(#index)),
        None => quote_spanned!(Span::mixed_site()=> #krate::Target::End),
    }
}

fn approval(
    workflow: &Workflow<'_>,
    step: &Step<'_>,
    approval: &ApprovalArgs,
    names: &Names<'_>,
) -> TokenStream {
    let krate = &names.krate;
    let message = approval.message.as_ref().map(|message| {
        let message = some(cow(krate, message));
        quote!(message: #message,)
    });
    let metadata = (!approval.metadata.is_empty()).then(|| {
        let metadata = metadata(krate, &approval.metadata);
        quote!(metadata: #metadata,)
    });
    let on_deny = step.on_deny.as_ref().map(|on_deny| {
        let on_deny = some(target(workflow, on_deny, names));
        quote!(on_deny: #on_deny,)
    });
    quote_spanned! {Span::mixed_site()=>
        #krate::ApprovalDefinition {
            #message
            #metadata
            #on_deny
            ..#krate::ApprovalDefinition::BLANK
        }
    }
}
