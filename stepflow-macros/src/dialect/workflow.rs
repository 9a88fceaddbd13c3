//! `#[workflow]`

use super::{Dialect, Words};
use crate::errors::Errors;
use crate::expand;
use crate::model::{Flow, Step};
use crate::place::Place;
use crate::syntax::workflow::{self, APPROVAL, BLOCK, RETRY, STEP, WorkflowArgs, WorkflowStepArgs};
use crate::syntax::{BlockArgs, Entry, StepArgs, TargetArg};
use crate::validate;
use proc_macro2::TokenStream;

/// Steps that run by themselves.
pub(crate) struct Workflow;

impl Dialect for Workflow {
    const WORDS: &'static Words = &Words {
        block: "workflow",
        krate: "stepflow",
        block_keys: BLOCK,
        step_keys: STEP,
        lists: &[BLOCK, STEP, RETRY, APPROVAL],
        reserved_methods: RESERVED,
        reserved_names: RESERVED,
        example_names: ("refund", "check the order"),
        allow_loops: "say how often a step may run: `max_visits = N` in `#[workflow(…)]`",
        instead_of_itself: "use `retry` to try again after an error, lead to a step below",
        parameters: "`&mut self` and `ctx: &mut RunContext<'_>`",
    };

    type BlockArgs = WorkflowArgs;
    type StepArgs = WorkflowStepArgs;

    fn read_block_key(args: &mut BlockArgs<Self>, entry: Entry, place: &Place, errors: &Errors) {
        workflow::read_block_key(args, &entry, place, errors);
    }

    fn read_step_key(args: &mut StepArgs<Self>, entry: Entry, place: &Place, errors: &Errors) {
        workflow::read_step_key(args, &entry, place, errors);
    }

    fn other_targets(args: &WorkflowStepArgs) -> Vec<(&'static str, &TargetArg)> {
        let on_deny = args.approval.as_ref().and_then(|approval| approval.on_deny.as_ref());
        let on_deny = on_deny.map(|target| ("on_deny", target));
        let on_failure = args.on_failure.as_ref().map(|target| ("on_failure", target));
        on_deny.into_iter().chain(on_failure).collect()
    }

    fn check_block(flow: &Flow<'_, Self>, errors: &Errors) {
        validate::workflow::check_block(flow, errors);
    }

    fn check_step(step: &Step<'_, Self>, errors: &Errors) {
        validate::workflow::check_step(step, errors);
    }

    fn generated(flow: &Flow<'_, Self>) -> TokenStream {
        expand::workflow::generated(flow)
    }

    fn stubs(flow: &Flow<'_, Self>) -> Option<TokenStream> {
        expand::workflow::stubs(flow)
    }
}

const RESERVED: &[&str] = &["run", "graph", "resume", "END"];
