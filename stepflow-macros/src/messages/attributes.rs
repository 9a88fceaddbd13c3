//! Where the attributes stand.

use crate::dialect::Words;
use crate::place::Place;

pub(crate) fn not_an_impl_block(words: &Words, keyword: &str) -> String {
    let attribute = words.block;
    let article = if keyword.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!(
        "`#[{attribute}]` stands on {article} `{keyword}`, but belongs on the `impl` block that holds the steps: \
         `#[{attribute}(state = State)] impl Name {{ … }}`"
    )
}

pub(crate) fn impl_of_a_trait(place: &Place) -> String {
    format!(
        "{place}: `#[{}]` stands on an impl of a trait, but steps are the type's own methods; \
         move them to a plain `impl` block",
        place.words.block
    )
}

pub(crate) fn unsafe_impl(place: &Place) -> String {
    format!("{place}: a {}'s `impl` block cannot be `unsafe`; remove the word", place.words.block)
}

pub(crate) fn unnamed_type(place: &Place) -> String {
    format!(
        "{place}: a {} is a struct or an enum of this crate; write its name behind `impl`",
        place.words.block
    )
}

pub(crate) fn block_twice(place: &Place) -> String {
    format!("{place} has two `#[{}]` attributes; keep one and put all keys in it", place.words.block)
}

pub(crate) fn unreadable_block(words: &Words, problem: &str) -> String {
    format!("`#[{}]` cannot read this block: {problem}", words.block)
}

pub(crate) fn no_steps(place: &Place) -> String {
    format!("{place} has no steps; mark at least one method with `#[step]`")
}

pub(crate) fn step_outside_block(words: &Words) -> String {
    let Words { block, krate, .. } = words;
    format!(
        "`#[step]` must stand on a method inside an `impl` block with `#[{block}(state = …)]`, written \
         as `#[step]` or `#[{krate}::step]`"
    )
}

pub(crate) fn step_on_other_item() -> String {
    "`#[step]` stands on something that is not a method; only methods can be steps".to_owned()
}

pub(crate) fn step_twice(step: &str) -> String {
    format!("step `{step}` has two `#[step]` attributes; keep one and put all keys in it")
}

pub(crate) fn step_in_cfg_attr(step: &str) -> String {
    format!(
        "step `{step}`: `#[step]` cannot hide in `#[cfg_attr]`; write `#[step]`, and put `#[cfg(…)]` \
         on the method if the step is optional"
    )
}

pub(crate) fn unreadable_step(step: &str, problem: &str) -> String {
    format!("step `{step}`: cannot read this method: {problem}")
}
