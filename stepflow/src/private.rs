//! What the macro's output calls. Not for people: it may change with any release.

pub use std::borrow::Cow;
pub use std::time::Duration;

use std::any::Any;
use std::marker::PhantomData;

use serde::Deserialize;
use serde_json::Value;

pub use crate::result::StepHandle;

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
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the `Result` that the step promises",
    label = "not a `Result`",
    note = "a step that says `fallible`, or whose return type is called `…Result`, returns a `Result`"
)]
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

/// The filter of a step that names none.
#[must_use]
pub const fn any_error<E>(_: &E) -> bool {
    true
}

/// A filter of the workflow's: an error of another type is not what it names.
pub fn of_type<P: 'static, E: 'static>(error: &E, test: impl FnOnce(&P) -> bool) -> bool {
    (error as &dyn Any).downcast_ref().is_some_and(test)
}

/// Whether some path from the first step leads to a step that `#[cfg]` left. An edge to `STEPS` or beyond
/// leads to no step.
#[must_use]
pub const fn is_reached<const STEPS: usize>(edges: &[&[usize]], step: usize) -> bool {
    let mut reached = [false; STEPS];
    reached[0] = true;
    let mut grew = true;
    while grew {
        grew = false;
        let mut from = 0;
        while from < STEPS {
            let mut edge = 0;
            while reached[from] && edge < edges[from].len() {
                let to = edges[from][edge];
                if to < STEPS && !reached[to] {
                    reached[to] = true;
                    grew = true;
                }
                edge += 1;
            }
            from += 1;
        }
    }
    reached[step]
}

/// What the macro writes for async steps: the first of the two with the feature `tokio`, the second
/// without.
#[cfg(feature = "tokio")]
#[doc(hidden)]
#[macro_export]
macro_rules! __async_steps {
    ({ $($with_tokio:tt)* } { $($without:tt)* }) => { $($with_tokio)* };
}

/// See above.
#[cfg(not(feature = "tokio"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __async_steps {
    ({ $($with_tokio:tt)* } { $($without:tt)* }) => { $($without)* };
}
