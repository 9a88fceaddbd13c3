//! Two macros, one grammar.
//!
//! Blocks, steps, routes, names, `#[cfg]`, the proof that every step is reached, and the wording of every
//! refusal are written once, over any [`Dialect`]. What a dialect adds is its own keys, its own rules and its
//! own code.

mod wizard;
mod words;
mod workflow;

pub(crate) use wizard::Wizard;
pub(crate) use words::Words;
pub(crate) use workflow::Workflow;

use crate::errors::Errors;
use crate::model::{Flow, Step};
use crate::place::Place;
use crate::syntax::{BlockArgs, Entry, StepArgs, TargetArg};
use proc_macro2::TokenStream;

/// What `#[workflow]` and `#[wizard]` do not share.
pub(crate) trait Dialect: Sized + 'static {
    /// The words that differ in messages, and the keys.
    const WORDS: &'static Words;

    /// What the attribute of the block says beyond the keys that both have.
    type BlockArgs: Default;
    /// What `#[step]` says beyond the keys that both have.
    type StepArgs: Default;

    /// Reads a key of the block that only this dialect has.
    fn read_block_key(args: &mut BlockArgs<Self>, entry: Entry, place: &Place, errors: &Errors);

    /// Reads a key of a step that only this dialect has.
    fn read_step_key(args: &mut StepArgs<Self>, entry: Entry, place: &Place, errors: &Errors);

    /// The targets besides those of `routes` and `next`, by their keys.
    fn other_targets(args: &Self::StepArgs) -> Vec<(&'static str, &TargetArg)>;

    /// The rules for the block as a whole.
    fn check_block(flow: &Flow<'_, Self>, errors: &Errors);

    /// The rules for one step.
    fn check_step(step: &Step<'_, Self>, errors: &Errors);

    /// The code for a sound block.
    fn generated(flow: &Flow<'_, Self>) -> TokenStream;

    /// What stands in for it when there are mistakes, so that the code around the block brings no more.
    fn stubs(flow: &Flow<'_, Self>) -> Option<TokenStream>;
}
