//! `#[wizard]`

use super::{Dialect, Words};
use crate::errors::Errors;
use crate::expand;
use crate::model::{Flow, Step};
use crate::place::Place;
use crate::syntax::wizard::{self, BLOCK, STEP, SUBFLOW, WizardArgs, WizardStepArgs};
use crate::syntax::{BlockArgs, Entry, StepArgs, TargetArg};
use crate::validate;
use proc_macro2::TokenStream;

/// Steps that wait for answers.
pub(crate) struct Wizard;

impl Dialect for Wizard {
    const WORDS: &'static Words = &Words {
        block: "wizard",
        krate: "stepflow_wizard",
        block_keys: BLOCK,
        step_keys: STEP,
        lists: &[BLOCK, STEP, SUBFLOW],
        reserved_methods: &["definition", "graph", "END"],
        // Pages that lead a person through a wizard have addresses of these names.
        reserved_names: &["END", "back", "cancel", "check", "done", "next", "reset", "start", "submit"],
        example_names: ("registration", "your account"),
        allow_loops: "allow ways back: `loops` in `#[wizard(…)]`",
        instead_of_itself: "return an `Err` to ask again, lead to a step below",
        parameters: "`&mut self` and its answer",
    };

    type BlockArgs = WizardArgs;
    type StepArgs = WizardStepArgs;

    fn read_block_key(args: &mut BlockArgs<Self>, entry: Entry, place: &Place, errors: &Errors) {
        wizard::read_block_key(args, &entry, place, errors);
    }

    fn read_step_key(args: &mut StepArgs<Self>, entry: Entry, place: &Place, errors: &Errors) {
        wizard::read_step_key(args, entry, place, errors);
    }

    fn other_targets(args: &WizardStepArgs) -> Vec<(&'static str, &TargetArg)> {
        args.otherwise.iter().map(|target| ("otherwise", target)).collect()
    }

    fn check_block(_: &Flow<'_, Self>, _: &Errors) {}

    fn check_step(step: &Step<'_, Self>, errors: &Errors) {
        validate::wizard::check_step(step, errors);
    }

    fn generated(flow: &Flow<'_, Self>) -> TokenStream {
        expand::wizard::generated(flow)
    }

    fn stubs(flow: &Flow<'_, Self>) -> Option<TokenStream> {
        expand::wizard::stubs(flow)
    }
}
