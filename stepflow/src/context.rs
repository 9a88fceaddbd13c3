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
/// use stepflow::{Run, RunContext, workflow};
///
/// struct Payout { state: Vec<String> }
///
/// #[workflow(state = Vec<String>)]
/// impl Payout {
///     #[step]
///     fn pay(&mut self, ctx: &mut RunContext<'_>) {
///         let place = format!("{}.{} of run {}", ctx.workflow_name(), ctx.step_name(), ctx.run_id());
///         self.state.push(format!("{place}, visit {}, attempt {}", ctx.visit(), ctx.attempt()));
///     }
/// }
///
/// let result = Run::new(Payout { state: vec![] }).run_id("order-7".parse()?).run();
/// assert_eq!(result.state, ["Payout.pay of run order-7, visit 1, attempt 1"]);
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
    ///
    /// ```
    /// use stepflow::{ChildWorkflowError, RunContext, workflow};
    ///
    /// struct Check { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Check {
    ///     #[step(approval)]
    ///     fn look(&mut self) {}
    /// }
    ///
    /// struct Ship { state: bool }
    ///
    /// #[workflow(state = bool)]
    /// impl Ship {
    ///     #[step]
    ///     fn check(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         let check = ctx.child(Check { state: () }).on_approval(|_| false).keep_parent_running().run()?;
    ///         self.state = check.is_succeeded();
    ///         Ok(())
    ///     }
    /// }
    ///
    /// assert!(!Ship { state: true }.run().into_result()?.state);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn child<W: Workflow>(&mut self, workflow: W) -> Child<'_, W> {
        Child::new(self, workflow)
    }

    /// Several child workflows at once: see [`Children`](crate::Children).
    ///
    /// ```
    /// use stepflow::{ChildWorkflowError, RunContext, workflow};
    ///
    /// struct Square { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Square {
    ///     #[step]
    ///     fn square(&mut self) {
    ///         self.state *= self.state;
    ///     }
    /// }
    ///
    /// struct Sum { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Sum {
    ///     #[step]
    ///     async fn add(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
    ///         let squares = ctx.children().run([2, 3].map(|side| Square { state: side })).await?;
    ///         self.state = squares.iter().map(|square| square.state).sum();
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert_eq!(Sum { state: 0 }.run().await.into_result()?.state, 4 + 9);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn children(&mut self) -> crate::Children<'_> {
        crate::Children::new(self)
    }

    /// Waits in an async step, by the run's own timer. In a blocking step it must not be called: its
    /// future would be dropped unpolled.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::{RunContext, workflow};
    ///
    /// struct Nap { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Nap {
    ///     #[step]
    ///     async fn rest(&mut self, ctx: &mut RunContext<'_>) {
    ///         ctx.sleep(Duration::from_millis(2)).await;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(Nap { state: () }.run().await.duration() >= Duration::from_millis(2));
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tokio")]
    pub async fn sleep(&mut self, duration: std::time::Duration) {
        self.around.time.timer.sleep(duration).await;
    }

    /// Whether somebody wants the run to stop; for long work inside one step.
    ///
    /// ```
    /// use stepflow::{CancelToken, Run, RunContext, workflow};
    ///
    /// struct Count { state: u32, token: CancelToken }
    ///
    /// #[workflow(state = u32)]
    /// impl Count {
    ///     #[step]
    ///     fn count(&mut self, ctx: &mut RunContext<'_>) {
    ///         while !ctx.is_cancelled() {
    ///             self.state += 1;
    ///             if self.state == 1_000 {
    ///                 self.token.cancel();
    ///             }
    ///         }
    ///     }
    /// }
    ///
    /// let token = CancelToken::new();
    /// let result = Run::new(Count { state: 0, token: token.clone() }).cancel_on(token).run();
    /// assert_eq!(result.state, 1_000);
    /// ```
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
