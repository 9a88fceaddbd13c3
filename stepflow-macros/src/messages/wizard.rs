//! What only a wizard can get wrong.

use crate::place::Place;

pub(crate) fn expected_texts(place: &Place, key: &str, example: &str) -> String {
    format!("{place}: `{key}` takes texts in brackets: `{key} = [\"{example}\"]`")
}

pub(crate) fn expected_answer(place: &Place, key: &str) -> String {
    format!(
        "{place}: `{key}` takes the answer that stands in, of the type the step takes: `{key} = Letter::None`"
    )
}

pub(crate) fn expected_subflow(place: &Place) -> String {
    format!(
        "{place}: `subflow` takes the type of another wizard, `subflow = Lodging`, or its parts, \
         `subflow(wizard = Lodging, with = Lodging::new)`"
    )
}

pub(crate) fn expected_factory(place: &Place) -> String {
    format!(
        "{place}: `with` takes a function that puts the other wizard around its state: `with = Lodging::new`"
    )
}

pub(crate) fn expected_mappings(place: &Place, key: &str) -> String {
    let (from, to) = match key {
        "data" => ("this wizard's state", "the other's"),
        _ => ("the other wizard's state", "the step's answer"),
    };
    format!("{place}: `{key}` maps fields of {from} to fields of {to}: `{key} = {{ city: place }}`")
}

pub(crate) fn async_wizard_step(place: &Place) -> String {
    format!(
        "{place} is `async`, but a wizard's steps run again whenever the answers are walked, so they only compute; \
         write `fn`, and do the rest when the wizard's events say so"
    )
}

pub(crate) fn borrowed_answer(place: &Place) -> String {
    format!("{place} borrows its answer, which is made for this step alone; take it by value")
}

pub(crate) fn impl_trait_answer(place: &Place) -> String {
    format!("{place} takes `impl Trait`; what is asked is known from the answer's type, so name it")
}

pub(crate) fn unused_output(place: &Place) -> String {
    format!(
        "{place} returns a value that nothing uses; choose the way on by it, with `routes`, or return nothing"
    )
}

pub(crate) fn borrowed_choice(place: &Place) -> String {
    format!("{place} returns a borrow; return an owned value for `routes` to choose by, as `String`")
}

pub(crate) fn impl_trait_choice(place: &Place) -> String {
    format!("{place} returns `impl Trait`, and `routes` can only choose by a type that has a name; write it")
}

pub(crate) fn asks_nothing(place: &Place, key: &str) -> String {
    format!(
        "{place} asks nothing, so `{key}` means nothing here; give the step an answer, as in \
         `fn account(&mut self, answer: Account)`, or remove `{key}`"
    )
}

pub(crate) fn asked_by_subflow(place: &Place, key: &str) -> String {
    format!(
        "{place}: the wizard in `subflow` does the asking, so `{key}` belongs on its steps; remove it here"
    )
}

pub(crate) fn skip_default_without_skip(place: &Place) -> String {
    format!(
        "{place} says what a skipped step's answer is, but cannot be skipped; add `can_skip`, or remove this"
    )
}

pub(crate) fn skip_without_way(place: &Place) -> String {
    format!(
        "{place} can be skipped, but its `routes` choose by the answer; say what stands in for one, \
         `skip_default = …`, or where a skip leads, `otherwise = END`"
    )
}

pub(crate) fn when_without_way(place: &Place) -> String {
    format!(
        "{place} is passed over where `when` does not hold, but its `routes` choose by the answer; say where it \
         leads then: `otherwise = END`"
    )
}

pub(crate) fn otherwise_without_reason(place: &Place) -> String {
    format!(
        "{place} says where it leads without an answer, but it always has one; add `can_skip` or `when`, or remove \
         `otherwise`"
    )
}

pub(crate) fn text_without_wildcard(place: &Place) -> String {
    format!(
        "{place}: a text that no route names would lead nowhere; add an arm for the others: \
         `key = \"other\", _ => END`"
    )
}
