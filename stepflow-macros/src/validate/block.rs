//! The block as a whole.

use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::model::Flow;

pub(crate) fn check<D: Dialect>(flow: &Flow<'_, D>, errors: &Errors) {
    let Flow { block, place, .. } = flow;
    let header = &block.header;
    if let Some(path) = &header.trait_path {
        errors.push(path, messages::impl_of_a_trait(place));
        return;
    }
    if let Some(word) = &header.unsafety {
        errors.push(word, messages::unsafe_impl(place));
    }
    if header.name.is_none() {
        errors.push(&header.self_ty, messages::unnamed_type(place));
    }
    if block.args.state_key.is_none() && !block.args.state_is_misspelled {
        errors.push(&header.self_ty, messages::state_missing(place));
    }
    if !block.members.iter().any(|member| member.mark.is_some() || member.step.is_some()) {
        errors.push(&header.self_ty, messages::no_steps(place));
    }
}
