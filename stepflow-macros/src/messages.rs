//! The wording of every refusal: who, what is wrong, and the way out.
//!
//! One function per refusal. Each is shown by a file under `tests/ui` that names it.

use crate::duration::BadDuration;
use crate::place::Place;
use crate::suggest;
use crate::syntax::{APPROVAL, Keys, METADATA_SHAPE, RETRY, STEP, WORKFLOW};

// ---- where the attributes stand

pub(crate) fn not_an_impl_block(keyword: &str) -> String {
    let article = if keyword.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!(
        "`#[workflow]` stands on {article} `{keyword}`, but belongs on the `impl` block that holds the steps: \
         `#[workflow(state = State)] impl Name {{ … }}`"
    )
}

pub(crate) fn impl_of_a_trait(place: &Place) -> String {
    format!(
        "{place}: `#[workflow]` stands on an impl of a trait, but steps are the type's own methods; \
         move them to a plain `impl` block"
    )
}

pub(crate) fn unsafe_impl(place: &Place) -> String {
    format!("{place}: a workflow's `impl` block cannot be `unsafe`; remove the word")
}

pub(crate) fn unnamed_type(place: &Place) -> String {
    format!("{place}: a workflow is a struct or an enum of this crate; write its name behind `impl`")
}

pub(crate) fn workflow_twice(place: &Place) -> String {
    format!("{place} has two `#[workflow]` attributes; keep one and put all keys in it")
}

pub(crate) fn unreadable_block(problem: &str) -> String {
    format!("`#[workflow]` cannot read this block: {problem}")
}

pub(crate) fn no_steps(place: &Place) -> String {
    format!("{place} has no steps; mark at least one method with `#[step]`")
}

pub(crate) fn step_outside_workflow() -> String {
    "`#[step]` must stand on a method inside an `impl` block with `#[workflow(state = …)]`, written \
     as `#[step]` or `#[stepflow::step]`"
        .to_owned()
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

// ---- keys

pub(crate) fn state_missing(place: &Place) -> String {
    format!(
        "{place} does not say what its state is; name the type of its `state` field: \
         `#[workflow(state = State)]`"
    )
}

pub(crate) fn expected_key(place: &Place, keys: Keys, found: &str) -> String {
    format!("{place}: expected a key of `{}`, found `{found}`; {}", keys.of, allowed(keys))
}

pub(crate) fn unknown_key(place: &Place, keys: Keys, key: &str) -> String {
    let home = [WORKFLOW, STEP, RETRY, APPROVAL]
        .into_iter()
        .find(|list| list.of != keys.of && list.known.contains(&key));
    let hint = match (suggest::closest(key, keys.known.iter().copied()), home) {
        (_, Some(home)) => format!("it belongs in `{}`; ", home.of),
        (Some(near), None) => format!("did you mean `{near}`? "),
        (None, None) => String::new(),
    };
    format!("{place}: `{}` has no key `{key}`; {hint}{}", keys.of, allowed(keys))
}

pub(crate) fn repeated_key(place: &Place, keys: Keys, key: &str) -> String {
    format!("{place}: `{key}` is given twice in `{}`; remove one", keys.of)
}

pub(crate) fn key_not_yet(place: &Place, keys: Keys, key: &str) -> String {
    format!("{place}: `{key}` is not yet in this release; remove it, {}", allowed(keys))
}

pub(crate) fn expected_step_arguments(place: &Place) -> String {
    format!("{place}: expected `#[step]` or `#[step(…)]`; {}", allowed(STEP))
}

// ---- values

pub(crate) fn expected_state(place: &Place) -> String {
    format!("{place}: `state` takes the type of the `state` field: `state = State`")
}

pub(crate) fn expected_crate(place: &Place) -> String {
    format!("{place}: `crate` takes the path of the stepflow crate: `crate = ::my_crate::stepflow`")
}

pub(crate) fn expected_text(place: &Place, key: &str, example: &str) -> String {
    format!("{place}: `{key}` takes a text in quotes: `{key} = \"{example}\"`")
}

pub(crate) fn empty_text(place: &Place, key: &str) -> String {
    format!("{place}: the text of `{key}` is empty; write one")
}

pub(crate) fn expected_number(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` takes a whole number or a constant: `{key} = 3`")
}

pub(crate) fn negative_number(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` cannot be negative; the smallest is `{key} = 0`")
}

pub(crate) fn number_too_large(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` is too large; the largest is `{key} = {}`", u32::MAX)
}

pub(crate) fn expected_duration(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` takes a duration in quotes or a `Duration` constant: `{key} = \"50ms\"`")
}

pub(crate) fn bad_duration(place: &Place, key: &str, text: &str, reason: &BadDuration) -> String {
    let problem = match reason {
        BadDuration::Empty => "is empty".to_owned(),
        BadDuration::NoNumber { found } => format!("has no number where `{found}` begins"),
        BadDuration::NoUnit { number } => format!("has no unit behind `{number}`"),
        BadDuration::TooFine => "is finer than a nanosecond".to_owned(),
        BadDuration::TooLong => "is too long".to_owned(),
        BadDuration::UnknownUnit { unit } => format!("has an unknown unit `{unit}`"),
    };
    format!(
        "{place}: the `{key}` \"{text}\" {problem}; write it like \"50ms\", \"1.5s\" or \"1h 30m\" \
         (ns, us, ms, s, m, min, h, d)"
    )
}

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

pub(crate) fn expected_factor(place: &Place) -> String {
    format!("{place}: `factor` takes a number or a constant: `factor = 2.0`")
}

pub(crate) fn factor_below_one(place: &Place) -> String {
    format!("{place}: a `factor` below 1.0 would shrink the delay; write 1.0 or more")
}

pub(crate) fn expected_switch(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` is `true` or `false`: `{key} = true`")
}

pub(crate) fn expected_flag(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` takes no value; write only `{key}`")
}

pub(crate) fn expected_function(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` takes the path of a `fn(&Error) -> bool`: `{key} = PayError::is_transient`")
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

pub(crate) fn fallible_without_result(place: &Place) -> String {
    format!("{place} says `fallible`, but returns no `Result`; return one, or remove `fallible`")
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

// ---- limits

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

// ---- routes and targets

pub(crate) fn expected_routes(place: &Place) -> String {
    format!(
        "{place}: `routes` takes its arms in braces: `routes = {{ Verdict::Approve => pay, Verdict::Deny => END }}`"
    )
}

pub(crate) fn empty_routes(place: &Place) -> String {
    format!(
        "{place} has empty `routes`; add an arm, as in `routes = {{ Verdict::Approve => pay }}`, or \
         remove `routes` to go on with the step below"
    )
}

pub(crate) fn expected_route(place: &Place) -> String {
    format!(
        "{place}: expected a route `PATTERN => target`, as in `Verdict::Approve => pay`, with commas between"
    )
}

pub(crate) fn unknown_route_key(place: &Place, key: &str) -> String {
    format!(
        "{place}: a route has no setting `{key}`; only its key can be set: `key = \"other\", _ => review`"
    )
}

pub(crate) fn attribute_on_route(place: &Place) -> String {
    format!("{place}: only `#[cfg(…)]` can stand on a route; remove this attribute")
}

pub(crate) fn route_guard(place: &Place) -> String {
    format!(
        "{place}: a route cannot have a guard, for the graph could not show it; return a value that \
         says where to go, and route on that"
    )
}

pub(crate) fn route_binds_everything(place: &Place, name: &str) -> String {
    format!(
        "{place}: the bare name `{name}` matches every output; write the variant's path, as in \
         `Verdict::{name}`, or `_`"
    )
}

pub(crate) fn route_binds_value(place: &Place, name: &str) -> String {
    format!("{place}: nothing can use the value that this route names `{name}`; write `_` instead")
}

pub(crate) fn route_needs_key(place: &Place, pattern: &str) -> String {
    format!(
        "{place}: the route `{pattern}` has no name to show; give it one: \
         `key = \"other\", {pattern} => …`"
    )
}

pub(crate) fn mixed_routes(place: &Place) -> String {
    format!(
        "{place}: `routes` mixes texts with other patterns; match only texts, or only patterns of the \
         output's type, `_` aside"
    )
}

pub(crate) fn wildcard_not_last(place: &Place) -> String {
    format!("{place}: `_` takes every output, so the routes below it are never taken; move it to the end")
}

pub(crate) fn duplicate_route_text(place: &Place, text: &str) -> String {
    format!("{place} has two routes for the text \"{text}\"; remove one")
}

pub(crate) fn duplicate_route_key(place: &Place, key: &str) -> String {
    format!(
        "{place} has two routes with the key `{key}`; tell them apart: `key = \"another name\", PATTERN => …`"
    )
}

pub(crate) fn routes_and_next(place: &Place) -> String {
    format!("{place} says both `routes` and `next`; keep one of them")
}

pub(crate) fn expected_target(place: &Place, key: &str) -> String {
    format!("{place}: `{key}` has to lead to a step, by the name of its method, or to `END`")
}

pub(crate) fn target_in_quotes(place: &Place, key: &str, text: &str) -> String {
    format!("{place}: `{key}` leads to a step's method, written without quotes: `{text}`")
}

pub(crate) fn unknown_target(place: &Place, target: &str, ahead: &[&str], allows_loops: bool) -> String {
    let candidates: Vec<&str> = ahead.iter().copied().chain(["END"]).collect();
    let hint = match suggest::closest(target, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? "),
        None => String::new(),
    };
    let way_out = match candidates.as_slice() {
        ["END"] => "no step stands below it, so only `END` is left".to_owned(),
        few if few.len() < 10 => format!("from here it goes on to {}", choice(few)),
        _ if allows_loops => "from here it goes on to a step, or to `END`".to_owned(),
        _ => "from here it goes on to a step below, or to `END`".to_owned(),
    };
    format!("{place} leads to `{target}`, which is no step of this workflow; {hint}{way_out}")
}

pub(crate) fn target_is_helper(place: &Place, target: &str) -> String {
    format!("{place} leads to `{target}`, which is a method but no step; mark it with `#[step]`")
}

pub(crate) fn target_by_public_name(place: &Place, target: &str, method: &str) -> String {
    format!("{place} leads to `{target}`, which is a step's public name; write its method's name, `{method}`")
}

pub(crate) fn backward_target(place: &Place, target: &str) -> String {
    format!(
        "{place} leads back to `{target}`, a step above it; lead to a step below, move `{target}` below, or \
         say how often a step may run: `max_visits = N` in `#[workflow(…)]`"
    )
}

pub(crate) fn self_target(place: &Place) -> String {
    format!(
        "{place} leads to itself; use `retry` to try again after an error, lead to a step below, or say how \
         often a step may run: `max_visits = N` in `#[workflow(…)]`"
    )
}

pub(crate) fn unreachable_step(place: &Place, allows_loops: bool) -> String {
    let origin = origin(allows_loops);
    format!("{place} can never be reached; lead to it from {origin}, or remove it")
}

// ---- names

pub(crate) fn duplicate_public_name(place: &Place, name: &str) -> String {
    format!("{place}: two steps have the public name `{name}`; rename one: `#[step(name = \"…\")]`")
}

pub(crate) fn reserved_method(place: &Place) -> String {
    format!("{place}: `run`, `graph`, `resume` and `END` are the workflow's own names; rename the method")
}

pub(crate) fn reserved_public_name(place: &Place, name: &str) -> String {
    format!("{place}: the public name `{name}` is reserved; choose another")
}

pub(crate) fn handle_name_taken(place: &Place, handle: &str) -> String {
    format!(
        "{place} gets the handle `{handle}`, but the block already has something of that name; rename \
         one of the two"
    )
}

pub(crate) fn handle_names_clash(place: &Place, handle: &str, other: &str) -> String {
    format!("{place} and step `{other}` would both get the handle `{handle}`; rename one of them")
}

// ---- signatures

pub(crate) fn receiver_missing(place: &Place) -> String {
    format!("{place} has no receiver; a step works on the shared state, so it takes `&mut self`")
}

pub(crate) fn receiver_by_value(place: &Place) -> String {
    format!("{place} takes `self` by value; a step works on the shared state, so it takes `&mut self`")
}

pub(crate) fn receiver_with_type(place: &Place) -> String {
    format!("{place} has a receiver with a type; write `&mut self` or `&self`")
}

pub(crate) fn not_a_context(place: &Place) -> String {
    format!(
        "{place}: behind `self` a step takes nothing but `ctx: &mut RunContext<'_>`; keep other values \
         in `self.state` or in a field of the workflow"
    )
}

pub(crate) fn extra_parameter(place: &Place) -> String {
    format!(
        "{place} has a parameter too many; a step takes `&mut self` and `ctx: &mut RunContext<'_>`, \
         other values belong in `self.state` or in a field of the workflow"
    )
}

pub(crate) fn variadic_step(place: &Place) -> String {
    format!("{place} cannot be variadic; remove `...`")
}

pub(crate) fn generic_step(place: &Place, parameter: &str) -> String {
    format!("{place} is generic over `{parameter}`; move the parameter to the `impl` block")
}

pub(crate) fn const_step(place: &Place) -> String {
    format!("{place} cannot be `const`; remove the word")
}

pub(crate) fn unsafe_step(place: &Place) -> String {
    format!("{place} cannot be `unsafe`; make it safe, with an `unsafe` block inside")
}

pub(crate) fn extern_step(place: &Place) -> String {
    format!("{place} cannot be `extern`; remove the word, and call the foreign function inside")
}

pub(crate) fn async_without_tokio(place: &Place) -> String {
    format!(
        "{place} is `async`, which needs the feature `tokio` of stepflow; turn it on: \
         `cargo add stepflow --features tokio`"
    )
}

pub(crate) fn step_without_body(place: &Place) -> String {
    format!("{place} has no body; write `{{ … }}` in place of `;`")
}

pub(crate) fn impl_trait_output(place: &Place) -> String {
    format!("{place} returns `impl Trait`; its output is kept in the result, so name the type")
}

pub(crate) fn borrowed_output(place: &Place) -> String {
    format!("{place} returns a borrow; its output outlives the step, so return an owned value, as `String`")
}

// ---- what only the compiler can see; uttered by constants that fail to evaluate

pub(crate) fn target_configured_away(place: &Place, target: &str) -> String {
    format!(
        "{place} leads to step `{target}`, which is configured away here; put the same `#[cfg]` on the \
         route or on the step"
    )
}

pub(crate) fn unreachable_as_configured(place: &Place, allows_loops: bool) -> String {
    let origin = origin(allows_loops);
    format!(
        "{place} can never be reached as configured here; put `#[cfg]` on it, too, or lead to it from {origin}"
    )
}

pub(crate) fn no_steps_as_configured(place: &Place) -> String {
    format!("{place} has no steps as configured here; leave at least one without `#[cfg]`")
}

fn origin(allows_loops: bool) -> &'static str {
    if allows_loops { "a step that can" } else { "a step above" }
}

fn allowed(keys: Keys) -> String {
    format!("the keys are {}", list(keys.known))
}

fn list(words: &[&str]) -> String {
    joined(words, "and")
}

fn choice(words: &[&str]) -> String {
    joined(words, "or")
}

fn joined(words: &[&str], last_word: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {last_word} {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
