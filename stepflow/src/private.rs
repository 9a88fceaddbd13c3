//! What the macro's output calls. Not for people: it may change with any release.

pub use std::borrow::Cow;
pub use std::time::Duration;

use std::any::Any;
use std::error::Error;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::StepError;
use crate::result::Output;
pub use crate::result::StepHandle;
use crate::workflow::{Attempted, StepOutcome};

/// Asks the compiler about a type: an inherent constant, where its bounds hold, hides the one of a
/// trait.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T, E> Probe<Result<T, E>> {
    pub const IS_RESULT: bool = true;
}

pub trait NotAResult {
    const IS_RESULT: bool = false;
}

impl<T: ?Sized> NotAResult for Probe<T> {}

/// What turns the JSON of an output back into a `T`, if that can be done.
#[derive(Debug)]
pub struct Decoder<T>(Option<fn(Value) -> Result<T, serde_json::Error>>);

// `Deserialize<'static>`, not `DeserializeOwned`: a probe does not see lifetimes, and this is true of
// every type that can be read at all.
impl<T: Deserialize<'static>> Probe<T> {
    pub const DECODE: Decoder<T> = Decoder(Some(|value| T::deserialize(value)));
}

pub trait DecodeFallback {
    type Output;
    const DECODE: Decoder<Self::Output> = Decoder(None);
}

impl<T> DecodeFallback for Probe<T> {
    type Output = T;
}

impl<T> Clone for Decoder<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Decoder<T> {}

/// The output and the error of a step, by whether its return type is a `Result`.
pub trait StepReturn<const FALLIBLE: bool> {
    type Output;
    type Error;

    fn into_step_result(self) -> Result<Self::Output, Self::Error>;
}

impl<T> StepReturn<false> for T {
    type Output = T;
    type Error = std::convert::Infallible;

    fn into_step_result(self) -> Result<T, std::convert::Infallible> {
        Ok(self)
    }
}

impl<T, E> StepReturn<true> for Result<T, E> {
    type Output = T;
    type Error = E;

    fn into_step_result(self) -> Self {
        self
    }
}

#[must_use]
pub const fn handle<T>(workflow: &'static str, step: &'static str, decoder: Decoder<T>) -> StepHandle<T> {
    StepHandle::new(workflow, step, decoder.0)
}

/// A body's result, with the filter of its retries.
pub fn outcome<T, E>(result: Result<T, E>, retry: impl FnOnce(&E) -> bool) -> StepOutcome
where
    T: Serialize + Send + Sync + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    match result {
        Ok(output) => StepOutcome(Attempted::Succeeded { output: Output::new(output), route: None }),
        Err(error) => failed(error, retry),
    }
}

/// The same for a routed step.
pub fn outcome_routed<T, E>(
    result: Result<T, E>,
    retry: impl FnOnce(&E) -> bool,
    route: impl FnOnce(&T) -> Cow<'static, str>,
) -> StepOutcome
where
    T: Serialize + Send + Sync + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    match result {
        Ok(output) => {
            let route = Some(route(&output));
            StepOutcome(Attempted::Succeeded { output: Output::new(output), route })
        }
        Err(error) => failed(error, retry),
    }
}

fn failed<E: Into<Box<dyn Error + Send + Sync>>>(error: E, retry: impl FnOnce(&E) -> bool) -> StepOutcome {
    let retry = retry(&error);
    StepOutcome(Attempted::Failed { error: StepError::from_body(error), retry })
}

/// The filter of a step that names none.
#[must_use]
pub const fn any_error<E>(_: &E) -> bool {
    true
}

/// A filter of the workflow's: an error of another type is not what it names.
pub fn of_type<P: 'static, E: 'static>(error: &E, test: impl FnOnce(&P) -> bool) -> bool {
    (error as &dyn Any).downcast_ref().is_some_and(test)
}

/// The output of a step that is routed by text.
pub fn text<T: TextRouted + ?Sized>(output: &T) -> &str {
    output.key()
}

#[diagnostic::on_unimplemented(
    message = "an output of type `{Self}` cannot be compared with the texts of `routes`",
    label = "routed by text, and returns `{Self}`",
    note = "return a `String`, a `&'static str` or a `Cow<'static, str>`, or route by patterns of the type itself"
)]
pub trait TextRouted {
    fn key(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str> + ?Sized> TextRouted for T {
    fn key(&self) -> &str {
        self.as_ref()
    }
}

/// One bound after the other, so that the compiler names the one that is missing.
pub const fn assert_output<T: Serialize + Send + Sync + 'static>() {}

pub const fn assert_error<E: StepFailure>() {}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a step",
    label = "not an error that a result can keep",
    note = "a step's error is `std::error::Error + Send + Sync + 'static` (derive `thiserror::Error`, say), or a `String`"
)]
pub trait StepFailure {}

#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn Error + Send + Sync>>> StepFailure for E {}

/// Where a step stands among those that `#[cfg]` left.
#[must_use]
#[expect(clippy::panic, reason = "runs in constants only: the panic is a compile error with a text of ours")]
pub const fn configured(steps: &[&str], target: &str, complaint: &'static str) -> usize {
    let mut index = 0;
    while index < steps.len() {
        if same(steps[index], target) {
            return index;
        }
        index += 1;
    }
    panic!("{}", complaint)
}

/// Checks that something leads to every step that `#[cfg]` left: `edges[n]` are the positions that step
/// `n` leads to, `complaints[n]` is what to say when nothing leads to it.
#[expect(clippy::panic, reason = "runs in constants only: the panic is a compile error with a text of ours")]
pub const fn check_configured(complaints: &[&str], edges: &[&[usize]], empty: &str) {
    if complaints.is_empty() {
        panic!("{}", empty)
    }
    // Edges lead forward only, and every earlier step has been seen to be reached.
    let mut step = 1;
    while step < complaints.len() {
        let (mut reached, mut from) = (false, 0);
        while from < step {
            let mut edge = 0;
            while edge < edges[from].len() {
                reached = reached || edges[from][edge] == step;
                edge += 1;
            }
            from += 1;
        }
        if !reached {
            panic!("{}", complaints[step])
        }
        step += 1;
    }
}

const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}
