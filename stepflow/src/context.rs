//! What a step may ask of the run that it is part of.

use std::fmt;

use crate::child::{Child, RunChild};
use crate::driver::Surroundings;
use crate::result::ChildResult;
use crate::run_id::RunId;
use crate::workflow::Workflow;

/// The run, as one attempt at a step sees it (reference items 6 and 132). A step that wants it takes
/// `ctx: &mut RunContext<'_>`.
///
/// ```
/// use stepflow::{RunContext, workflow};
///
/// struct Payout { state: Vec<String> }
///
/// #[workflow(state = Vec<String>)]
/// impl Payout {
///     #[step]
///     fn pay(&mut self, ctx: &mut RunContext<'_>) {
///         self.state.push(format!("{} of {}, attempt {}", ctx.step_name(), ctx.workflow_name(), ctx.attempt()));
///     }
/// }
///
/// assert_eq!(Payout { state: vec![] }.run().state, ["pay of Payout, attempt 1"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RunContext<'a> {
    pub(crate) position: &'a Position<'a>,
    pub(crate) around: Surroundings<'a>,
    pub(crate) children: &'a mut Vec<ChildResult>,
}

/// Where in a run an attempt is.
#[derive(Clone, Copy)]
pub(crate) struct Position<'a> {
    pub(crate) workflow_name: &'a str,
    pub(crate) step_name: &'a str,
    pub(crate) run_id: &'a RunId,
    pub(crate) attempt: u32,
    pub(crate) visit: u32,
    /// What a child's keys begin with, instead of its run id: that changes from try to try.
    pub(crate) key_root: Option<&'a str>,
}

impl<'a> RunContext<'a> {
    /// The workflow's public name.
    #[must_use]
    pub fn workflow_name(&self) -> &'a str {
        self.position.workflow_name
    }

    /// The step's public name.
    #[must_use]
    pub fn step_name(&self) -> &'a str {
        self.position.step_name
    }

    /// The run's id.
    #[must_use]
    pub fn run_id(&self) -> &'a RunId {
        self.position.run_id
    }

    /// Which attempt at the step this is, counted from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.position.attempt
    }

    /// Which visit of the run to the step this is, counted from 1.
    #[must_use]
    pub fn visit(&self) -> u32 {
        self.position.visit
    }

    /// A key for the world outside, such as a payment service: the same for every attempt at this step
    /// of this run, and different for every other. In a child it is made of its parent's, so that it is
    /// the same when the parent's step is tried again.
    ///
    /// ```
    /// use stepflow::{Run, RunContext, workflow};
    ///
    /// struct Payout { state: String }
    ///
    /// #[workflow(state = String)]
    /// impl Payout {
    ///     #[step]
    ///     fn pay(&mut self, ctx: &mut RunContext<'_>) {
    ///         self.state = ctx.idempotency_key();
    ///     }
    /// }
    ///
    /// let result = Run::new(Payout { state: String::new() }).run_id("order-7".parse()?).run();
    /// assert_eq!(result.state, "order-7/pay/1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        let Position { step_name, visit, run_id, .. } = *self.position;
        match self.position.key_root {
            None => format!("{run_id}/{step_name}/{visit}"),
            Some(root) => format!("{root}/{step_name}/{visit}"),
        }
    }

    /// Runs a child workflow, under the parent's hooks and approval handler, and gives its result
    /// (reference items 102 to 113). Its record is attached to this step's result.
    ///
    /// # Errors
    ///
    /// When the child fails. With `?` that fails this attempt; [`child`](Self::child) has the other
    /// ways.
    ///
    /// ```
    /// use stepflow::{ChildWorkflowError, RunContext, workflow};
    ///
    /// struct Seed { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Seed {
    ///     #[step]
    ///     fn sprout(&mut self) {
    ///         self.state += 1;
    ///     }
    /// }
    ///
    /// struct Garden { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Garden {
    ///     #[step]
    ///     fn plant(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         self.state = ctx.run_child(Seed { state: self.state })?.state;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let result = Garden { state: 1 }.run().into_result()?;
    /// assert_eq!(result.state, 2);
    /// assert_eq!(result.steps()[0].children()[0].workflow_name(), "Seed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_child<'c, W>(&'c mut self, workflow: W) -> <W::Mode as RunChild<'c, W>>::Outcome
    where
        W: Workflow + 'c,
        W::Mode: RunChild<'c, W>,
    {
        <W::Mode as RunChild<'c, W>>::run(self.child(workflow))
    }

    /// A child workflow that is to run under other hooks or another handler, or that may fail without
    /// failing this step: see [`Child`].
    pub fn child<W: Workflow>(&mut self, workflow: W) -> Child<'_, W> {
        Child::new(self, workflow)
    }

    /// Several child workflows at once: see [`Children`](crate::Children).
    #[cfg(feature = "tokio")]
    pub fn children(&mut self) -> crate::Children<'_> {
        crate::Children::new(self)
    }

    /// Waits in an async step, by the run's own timer. In a blocking step it must not be called: its
    /// future would be dropped unpolled.
    #[cfg(feature = "tokio")]
    pub async fn sleep(&mut self, duration: std::time::Duration) {
        self.around.time.timer.sleep(duration).await;
    }

    /// Whether somebody wants the run to stop; for long work inside one step.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.around.is_cancelled()
    }
}

impl fmt::Debug for RunContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunContext")
            .field("workflow_name", &self.position.workflow_name)
            .field("step_name", &self.position.step_name)
            .field("run_id", &self.position.run_id)
            .field("attempt", &self.position.attempt)
            .field("visit", &self.position.visit)
            .finish_non_exhaustive()
    }
}
