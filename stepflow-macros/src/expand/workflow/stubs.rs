//! What stands in for a workflow with mistakes, so that the code around it brings no more.

use super::inherent::{self, graph, handle};
use super::mode;
use crate::dialect::Workflow;
use crate::expand::inherent::block;
use crate::expand::names::Names;
use crate::model::{Flow, Ownership, Step};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(crate) fn stubs(workflow: &Flow<'_, Workflow>) -> Option<TokenStream> {
    let header = &workflow.block.header;
    if header.trait_path.is_some() || header.name.is_none() || workflow.block.args.state.is_none() {
        return None;
    }
    let names = Names::new(workflow);
    let Names { krate, generics, self_ty, where_clause, state, .. } = &names;
    let cfgs = header.cfgs();
    let probes = names.probes(handled(workflow));
    let handles = handled(workflow).map(|step| handle(workflow, step, &names));
    let is_async = workflow.first_async().is_some();
    let run = if is_async { None } else { inherent::run(workflow, &names) };
    let graph = graph(workflow, &names);
    let handles = block(&names, handles.chain(run).chain(graph));
    let mode = mode::mode(workflow, &names);
    let run_step = if is_async { asynchronous(&names) } else { blocking(&names) };
    let driven = mode::driven(workflow, &names, &run_step);
    Some(quote_spanned! {Span::mixed_site()=>
        #cfgs
        const _: () = {
            #probes
            #handles
            impl #generics #krate::Workflow for #self_ty #where_clause {
                type State = #state;
                type Mode = #mode;
                fn definition(&self) -> #krate::DefinitionRef {
                    ::core::unreachable!()
                }
                fn state(&self) -> &Self::State {
                    ::core::unreachable!()
                }
                fn into_state(self) -> Self::State {
                    ::core::unreachable!()
                }
            }
            impl #generics #krate::StaticWorkflow for #self_ty #where_clause {
                const DEFINITION: &'static #krate::WorkflowDefinition =
                    &#krate::WorkflowDefinition::BLANK;
            }
            #driven
        };
    })
}

/// Steps that are never run.
pub(crate) fn blocking(names: &Names<'_>) -> TokenStream {
    let Names { krate, generics, self_ty, where_clause, .. } = names;
    quote_spanned! {Span::mixed_site()=>
        impl #generics #krate::BlockingWorkflow for #self_ty #where_clause {
            fn run_step(&mut self, _: usize, _: &mut #krate::RunContext<'_>) -> #krate::StepOutcome {
                ::core::unreachable!()
            }
        }
    }
}

fn asynchronous(names: &Names<'_>) -> TokenStream {
    let Names { krate, generics, self_ty, where_clause, .. } = names;
    quote_spanned! {Span::mixed_site()=>
        impl #generics #krate::AsyncWorkflow for #self_ty #where_clause {
            async fn run_step(&mut self, _: usize, _: &mut #krate::RunContext<'_>) -> #krate::StepOutcome {
                ::core::unreachable!()
            }
        }
    }
}

/// `run`, for where there is no async driver.
pub(crate) fn async_run(workflow: &Flow<'_, Workflow>, names: &Names<'_>) -> Option<TokenStream> {
    let Names { krate, state, .. } = names;
    (!workflow.has_method("run")).then(|| {
        quote_spanned! {Span::mixed_site()=>
            pub async fn run(self) -> #krate::WorkflowResult<#state> {
                ::core::unreachable!()
            }
        }
    })
}

/// The steps whose handles bring no mistakes of their own.
fn handled<'w, 'a>(workflow: &'w Flow<'a, Workflow>) -> impl Iterator<Item = &'w Step<'a, Workflow>> {
    let steps = workflow.steps.iter().enumerate();
    let sound = steps.filter(|(index, step)| {
        step.output.ownership == Ownership::Owned && workflow.rival(*index).is_none()
    });
    sound.map(|(_, step)| step)
}
