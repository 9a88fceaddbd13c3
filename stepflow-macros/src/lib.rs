//! The macros of [stepflow](https://docs.rs/stepflow) and [stepflow-wizard](https://docs.rs/stepflow-wizard); use them
//! through those crates, which also carry their documentation, so that every example in it is compiled.
//!
//! A block goes through four stages, with plain data between them:
//!
//! | stage | asks | may not |
//! |---|---|---|
//! | `syntax` | what did the user write? | give up at the first mistake |
//! | `model` | what does it mean? | complain |
//! | `validate` | is it sound? | quote |
//! | `expand` | which code is that? | decide |
//!
//! `dialect` has what `#[workflow]` and `#[wizard]` do not share; everything else is written once, for both.
//! `messages` holds the wording of every refusal.

mod dialect;
mod duration;
mod errors;
mod expand;
mod messages;
mod model;
mod place;
mod suggest;
mod syntax;
#[cfg(test)]
mod tests;
mod tokens;
mod validate;

use proc_macro::TokenStream;

/// Turns an `impl` block into a workflow.
#[proc_macro_attribute]
pub fn workflow(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::block::<dialect::Workflow>(args.into(), &item.into()).into()
}

/// Turns an `impl` block into a wizard.
#[proc_macro_attribute]
pub fn wizard(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::block::<dialect::Wizard>(args.into(), &item.into()).into()
}

/// Marks a method of a `#[workflow]` block as a step.
#[proc_macro_attribute]
pub fn step(_args: TokenStream, item: TokenStream) -> TokenStream {
    expand::step_outside_block::<dialect::Workflow>(&item.into()).into()
}

/// Marks a method of a `#[wizard]` block as a step.
///
/// Its keys: `name`, `title`, `prompt`, `help`, `suggestions`, `when`, `can_skip`, `skip_default`, `can_go_back`,
/// `auto_advance`, `routes`, `next`, `otherwise`, `subflow`, `on_enter`, `on_leave`, `sensitive`, `fallible`.
#[proc_macro_attribute]
pub fn wizard_step(_args: TokenStream, item: TokenStream) -> TokenStream {
    expand::step_outside_block::<dialect::Wizard>(&item.into()).into()
}
