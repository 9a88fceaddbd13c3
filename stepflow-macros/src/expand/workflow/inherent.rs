//! What users call: `run`, `graph` and the handles of the steps.

use super::definition::description;
use crate::dialect::Workflow;
use crate::expand::inherent::{block, handle_doc};
use crate::expand::names::{Names, at, output_span};
use crate::model::{Flow, Step};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

pub(crate) fn inherent(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> TokenStream {
    let handles = workflow.steps.iter().map(|step| handle(workflow, step, names));
    let handles = handles.collect();
    // With async steps, `run` depends on the runtime's features.
    let run = workflow.first_async().is_none().then(|| run(workflow, names)).flatten();
    let graph = graph(workflow, names);
    block(names, [Some(handles), run, graph].into_iter().flatten())
}

/// `run`, unless the user wrote one.
pub(crate) fn run(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> Option<TokenStream> {
    let Names { krate, state, .. } = names;
    if workflow.has_method("run") {
        return None;
    }
    Some(if workflow.first_async().is_some() {
        quote_spanned! {Span::mixed_site()=>
            /// Runs the workflow from its first step; the future gives the record of the run.
            pub fn run(self) -> impl ::core::future::Future<Output = #krate::WorkflowResult<#state>>
                + ::core::marker::Send
            {
                #krate::Run::new(self).run()
            }
        }
    } else {
        quote_spanned! {Span::mixed_site()=>
            /// Runs the workflow from its first step and returns the record of the run.
            pub fn run(self) -> #krate::WorkflowResult<#state> {
                #krate::Run::new(self).run()
            }
        }
    })
}

/// `graph`, unless the user wrote one.
pub(crate) fn graph(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> Option<TokenStream> {
    let krate = &names.krate;
    (!workflow.has_method("graph")).then(|| {
        quote_spanned! {Span::mixed_site()=>
            /// The graph of the steps; nothing is run.
            #[must_use]
            pub fn graph() -> #krate::WorkflowGraph {
                <Self as #krate::StaticWorkflow>::DEFINITION.graph()
            }
        }
    })
}

pub(crate) fn handle(
    workflow: &Flow<'_, Workflow>,
    step: &Step<'_, Workflow>,
    names: &Names<'_>,
) -> TokenStream {
    let krate = &names.krate;
    let Step { cfgs, handle, name, .. } = step;
    let vis = &step.method.vis;
    let output = names.output(step);
    let workflow_name = &workflow.name;
    let doc = handle_doc(name, description(step).as_deref());
    let decoder = quote_spanned! {at(output_span(step))=>
        {
            #[allow(unused_imports)]
            use #krate::__private::DecodeFallback as _;
            #krate::__private::Probe::<#output>::DECODE
        }
    };
    let constant = quote!(#vis const #handle);
    quote_spanned! {Span::mixed_site()=>
        #[doc = #doc]
        #cfgs
        #constant: #krate::StepHandle<#output> =
            #krate::__private::handle(#workflow_name, #name, #decoder);
    }
}
