//! The table of the steps, as a constant.

use super::literals::{effect, metadata, retry};
use crate::dialect::Workflow;
use crate::expand::literals::{cow, length, number, slice, some};
use crate::expand::names::Names;
use crate::model::{Flow, Route, Step, Target};
use crate::syntax::workflow::{ApprovalArgs, RetryArgs};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

pub(crate) fn definition(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let args = &workflow.block.args;
    let name = cow(krate, &workflow.name);
    let version = args.version.as_ref().map(|version| {
        let version = number(version);
        quote!(version: #version,)
    });
    let max_visits = args.own.max_visits.as_ref().map(|max_visits| {
        let max_visits = some(number(&max_visits.value));
        quote!(max_visits: #max_visits,)
    });
    let retry = retry_field(krate, &args.own.retry);
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

/// What the step says about itself.
pub(crate) fn description(step: &Step<'_, Workflow>) -> Option<String> {
    step.args.own.description.as_ref().map(LitStr::value).or_else(|| step.doc.clone())
}

fn step(workflow: &Flow<'_, Workflow>, step: &Step<'_, Workflow>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let cfgs = &step.cfgs;
    let name = cow(krate, &step.name);
    let description = description(step).map(|description| {
        let description = some(cow(krate, description));
        quote!(description: #description,)
    });
    let retry = retry_field(krate, &step.args.own.retry);
    let routes = (!step.routes.is_empty()).then(|| {
        let routes: Vec<TokenStream> =
            step.routes.iter().map(|route| self::route(workflow, route, names)).collect();
        let routes = slice(krate, &routes);
        quote!(routes: #routes,)
    });
    let next = step.other_target("next").map(|next| {
        let next = some(target(workflow, next, names));
        quote!(next: #next,)
    });
    let on_failure = step.other_target("on_failure").map(|on_failure| {
        let on_failure = some(target(workflow, on_failure, names));
        quote!(on_failure: #on_failure,)
    });
    let after = step.args.own.after.as_ref().map(|after| {
        let after = some(length(after));
        quote!(after: #after,)
    });
    let timeout = step.args.own.timeout.as_ref().map(|timeout| {
        let timeout = some(length(&timeout.value));
        quote!(timeout: #timeout,)
    });
    let approval = step.args.own.approval.as_ref().map(|approval| {
        let approval = some(self::approval(workflow, step, approval, names));
        quote!(approval: #approval,)
    });
    let effect = step.args.own.effect.map(|effect| {
        let effect = self::effect(krate, effect);
        quote!(effect: #effect,)
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
            #effect
            ..#krate::StepDefinition::BLANK
        }
    }
}

fn retry_field(krate: &TokenStream, args: &RetryArgs) -> Option<TokenStream> {
    retry(krate, args).map(|retry| quote!(retry: #retry,))
}

fn route(workflow: &Flow<'_, Workflow>, route: &Route<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let cfgs = &route.cfgs;
    let key = cow(krate, route.key.as_deref().unwrap_or_default());
    let target = target(workflow, &route.target, names);
    quote_spanned! {Span::mixed_site()=>
        #cfgs
        #krate::RouteDefinition { key: #key, target: #target }
    }
}

fn target(workflow: &Flow<'_, Workflow>, target: &Target<'_>, names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    match names.target_index(workflow, target) {
        Some(index) => quote_spanned!(Span::mixed_site()=> #krate::Target::Step(#index)),
        None => quote_spanned!(Span::mixed_site()=> #krate::Target::End),
    }
}

fn approval(
    workflow: &Flow<'_, Workflow>,
    step: &Step<'_, Workflow>,
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
    let on_deny = step.other_target("on_deny").map(|on_deny| {
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
