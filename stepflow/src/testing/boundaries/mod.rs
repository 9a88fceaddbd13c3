//! A run may be broken off between any two steps, and gone on with somewhere else.

mod error;
mod trail;
mod walk;

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::error::BoundaryError;
use self::walk::Walk;
use super::Approvals;
use crate::result::WorkflowResult;
#[cfg(feature = "tokio")]
use crate::workflow::AsyncWorkflow;
use crate::workflow::{BlockingWorkflow, Workflow};

/// Checks that a run may be broken off at any boundary between two steps. Whatever a step leaves outside of
/// the state, in a field of the workflow for instance, is lost there; this finds it.
///
/// The workflow runs once straight through. Then it runs again: after every step it is stopped, its record
/// and state are written as JSON and read back, as a store would, and the run goes on in a workflow that was
/// made anew. At a gate it pauses and is resumed, with the answer of the script. Both runs must agree at every
/// boundary and at the end: in their states, statuses, outputs, errors, routes, attempts, decisions and
/// children, and in the order of their steps. Dates and ids are not compared. Both live by a
/// [`ManualClock`](super::ManualClock).
///
/// ```
/// use stepflow::testing::Boundaries;
/// use stepflow::workflow;
///
/// struct Count { state: u32, forgotten: u32 }
///
/// #[workflow(state = u32)]
/// impl Count {
///     #[step]
///     fn first(&mut self) {
///         self.state += 1;
///         self.forgotten += 1;
///     }
///     #[step]
///     fn second(&mut self) -> u32 {
///         self.state + self.forgotten
///     }
/// }
///
/// let error = Boundaries::of(|state| Count { state, forgotten: 0 }).check(1).expect_err("something is forgotten");
/// assert_eq!(
///     error.to_string(),
///     "a run that is broken off after step `first` goes another way: \
///      after step `second`, `step.output` is 2, and without the break it is 3"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is checked until `check`"]
pub struct Boundaries<W, F> {
    make: F,
    approvals: Option<Approvals>,
    workflow: PhantomData<fn() -> W>,
}

impl<W, F> Boundaries<W, F>
where
    W: Workflow,
    W::State: Serialize + DeserializeOwned,
    F: FnMut(W::State) -> W,
{
    /// Of the workflow that this closure makes around a state. It is called once for the straight run, and
    /// once for every part of the other.
    pub fn of(make: F) -> Self {
        Self { make, approvals: None, workflow: PhantomData }
    }

    /// Answers the gates, in both runs from the beginning of the script. Without it a run fails at a gate.
    ///
    /// A workflow whose children have gates does not pause at its own: a child could not. There the script
    /// answers at once.
    ///
    /// ```
    /// use stepflow::testing::{Approvals, Boundaries};
    /// use stepflow::workflow;
    ///
    /// struct Refund { state: f64 }
    ///
    /// #[workflow(state = f64)]
    /// impl Refund {
    ///     #[step]
    ///     fn round(&mut self) {
    ///         self.state = self.state.round();
    ///     }
    ///     #[step(approval)]
    ///     fn pay(&mut self) {
    ///         self.state = 0.0;
    ///     }
    /// }
    ///
    /// let checked = Boundaries::of(|state| Refund { state })
    ///     .approvals(Approvals::script([("pay", true)]))
    ///     .check(79.9)?;
    /// assert_eq!(checked.boundaries, ["after step `round`", "at the gate of step `pay`"]);
    /// assert_eq!(checked.result.state, 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn approvals(mut self, script: Approvals) -> Self {
        self.approvals = Some(script);
        self
    }

    /// Runs and compares.
    ///
    /// # Errors
    ///
    /// When the two runs do not agree: with the boundary and the field. Also when the run cannot be saved
    /// there, or the script has no answer.
    pub fn check(self, initial: W::State) -> Result<CheckedBoundaries<W::State>, BoundaryError>
    where
        W: BlockingWorkflow,
    {
        let (mut walk, mut run) = Walk::begin(self.make, self.approvals, initial)?;
        loop {
            match walk.go_on(run.run())? {
                Ok(next) => run = next,
                Err(checked) => return Ok(checked),
            }
        }
    }

    /// [`check`](Self::check) by the async driver, for any workflow. A workflow that waits or has timeouts
    /// needs a runtime that a [`ManualClock`](super::ManualClock) can do with.
    ///
    /// # Errors
    ///
    /// As there.
    #[cfg(feature = "tokio")]
    pub async fn check_async(self, initial: W::State) -> Result<CheckedBoundaries<W::State>, BoundaryError>
    where
        W: AsyncWorkflow,
    {
        let (mut walk, mut run) = Walk::begin(self.make, self.approvals, initial)?;
        loop {
            match walk.go_on(run.run_async().await)? {
                Ok(next) => run = next,
                Err(checked) => return Ok(checked),
            }
        }
    }
}

impl<W, F> fmt::Debug for Boundaries<W, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Boundaries").field("approvals", &self.approvals).finish_non_exhaustive()
    }
}

/// What [`Boundaries`] found in order.
#[derive(Debug)]
#[non_exhaustive]
pub struct CheckedBoundaries<S> {
    /// The result of the run that was broken off everywhere.
    pub result: WorkflowResult<S>,
    /// Where it was, in order.
    pub boundaries: Vec<String>,
}
