//! What only a workflow can get wrong.

use super::allowed;
use crate::place::Place;
use crate::suggest;
use crate::syntax::workflow::{METADATA_SHAPE, RETRY};

pub(crate) fn expected_retry(place: &Place) -> String {
    format!(
        "{place}: `retry` takes the number of extra tries, `retry = 3`, or its parts, \
         `retry(times = 3, delay = \"50ms\")`; {}",
        allowed(RETRY)
    )
}

pub(crate) fn expected_backoff(place: &Place) -> String {
    format!("{place}: `backoff` is `exponential` or `fixed`, without quotes: `backoff = exponential`")
}

pub(crate) fn expected_effect(place: &Place, word: Option<&str>) -> String {
    let Some(word) = word else {
        return format!("{place}: `effect` is `once` or `repeatable`, without quotes: `effect = once`");
    };
    let hint = match suggest::closest(word, ["once", "repeatable"]) {
        Some(near) => format!("did you mean `{near}`? "),
        None => String::new(),
    };
    format!("{place}: `effect` cannot be `{word}`; {hint}it is `once` or `repeatable`")
}

pub(crate) fn expected_factor(place: &Place) -> String {
    format!("{place}: `factor` takes a number or a constant: `factor = 2.0`")
}

pub(crate) fn factor_below_one(place: &Place) -> String {
    format!("{place}: a `factor` below 1.0 would shrink the delay; write 1.0 or more")
}

pub(crate) fn expected_error_pattern(place: &Place) -> String {
    format!(
        "{place}: `on` takes a pattern over the step's error, without a guard: \
         `on = PayError::Timeout | PayError::Busy`"
    )
}

pub(crate) fn error_pattern_binds(place: &Place, name: &str) -> String {
    format!(
        "{place}: in `on`, the name `{name}` matches every value; write the path of the error, as in \
         `on = PayError::Timeout`, and `_` for a value that does not matter"
    )
}

pub(crate) fn on_and_when(place: &Place) -> String {
    format!("{place} says both `on` and `when`; keep one, and let it say which errors are retried")
}

pub(crate) fn filter_without_error(place: &Place, key: &str) -> String {
    format!("{place} cannot fail, so `{key}` has no error to look at; return a `Result`, or remove `{key}`")
}

pub(crate) fn filter_on_opaque_output(place: &Place, key: &str) -> String {
    format!(
        "{place}: `{key}` needs an error to look at, and the macro cannot see one through this generic type; \
         say `fallible` if it is a `Result`, or remove `{key}`"
    )
}

pub(crate) fn expected_approval(place: &Place) -> String {
    format!(
        "{place}: `approval` stands alone, takes a message, `approval = \"Pay this refund?\"`, or its \
         parts, `approval(message = \"…\", on_deny = deny)`"
    )
}

pub(crate) fn expected_metadata(place: &Place) -> String {
    format!("{place}: `metadata` takes named values in braces: `{METADATA_SHAPE}`")
}

pub(crate) fn expected_metadata_key(place: &Place) -> String {
    format!("{place}: a name in `metadata` is a word or a text in quotes: `{METADATA_SHAPE}`")
}

pub(crate) fn expected_metadata_value(place: &Place) -> String {
    format!(
        "{place}: a value in `metadata` is a text, a 64-bit number, `true`, `false`, `null`, a list \
         `[…]` or a map `{{ … }}`: `{METADATA_SHAPE}`"
    )
}

pub(crate) fn repeated_metadata_key(place: &Place, key: &str) -> String {
    format!("{place}: `metadata` has `{key}` twice; remove one")
}

pub(crate) fn not_a_context(place: &Place) -> String {
    format!(
        "{place}: behind `self` a step takes nothing but `ctx: &mut RunContext<'_>`; keep other values \
         in `self.state` or in a field of the workflow"
    )
}

pub(crate) fn async_without_tokio(place: &Place) -> String {
    format!(
        "{place} is `async`, which needs the feature `tokio` of stepflow; turn it on: \
         `cargo add stepflow --features tokio`"
    )
}

pub(crate) fn impl_trait_output(place: &Place) -> String {
    format!("{place} returns `impl Trait`; its output is kept in the result, so name the type")
}

pub(crate) fn borrowed_output(place: &Place) -> String {
    format!("{place} returns a borrow; its output outlives the step, so return an owned value, as `String`")
}

pub(crate) fn no_visits(place: &Place) -> String {
    format!("{place}: with `max_visits = 0` no step could run; write 1 or more, or leave `max_visits` out")
}

pub(crate) fn no_time(place: &Place, key: &str) -> String {
    format!(
        "{place}: a `{key}` of zero leaves no time for an attempt; write a longer one, or leave `{key}` out"
    )
}

pub(crate) fn timeout_on_sync_step(place: &Place) -> String {
    format!(
        "{place}: `timeout` needs an `async` step, for a function that runs cannot be stopped from outside; \
         make the step `async fn`, or give the call inside a time limit of its own"
    )
}

pub(crate) fn timeouts_on_sync_step(place: &Place) -> String {
    format!(
        "{place}: `timeouts` says whether an attempt that timed out is retried, but only `async` steps can time \
         out; make the step `async fn`, or remove `timeouts`"
    )
}
