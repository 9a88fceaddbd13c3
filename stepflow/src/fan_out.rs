//! Several children at once.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::approval::{ApprovalDecision, ApprovalRequest, Approver};
use crate::cancel::CancelToken;
use crate::context::RunContext;
use crate::driver::race::{UnderWay, stopped_with_children};
use crate::driver::{Answer, Start, Surroundings, asynchronous};
use crate::engine::Gates;
use crate::error::ChildWorkflowError;
use crate::hook::{Observers, WorkflowEvent};
use crate::result::{ChildResult, RunRecord, WorkflowResult};
use crate::workflow::AsyncWorkflow;

/// Several child workflows about to run at once, made by [`RunContext::children`].
///
/// They share the parent's hooks, handler, clock and cancellation, and take turns on the parent's task.
/// At most [`limit`](Self::limit) of them are under way; the rest have not been asked of the iterator
/// yet. Results come in the order of the iterator.
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
///         let squares = (1..=3).map(|side| Square { state: side });
///         let squares = ctx.children().limit(2).run(squares).await?;
///         self.state = squares.iter().map(|square| square.state).sum();
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let result = Sum { state: 0 }.run().await.into_result()?;
/// assert_eq!(result.state, 1 + 4 + 9);
/// assert_eq!(result.steps()[0].children().len(), 3);
/// # Ok(())
/// # }
/// ```
#[must_use = "children do nothing until they are `run`"]
pub struct Children<'c> {
    parent: Surroundings<'c>,
    parent_step: &'c str,
    key: String,
    attached: &'c mut Vec<ChildResult>,
    limit: usize,
}

impl<'c> Children<'c> {
    pub(crate) fn new(context: &'c mut RunContext<'_>) -> Self {
        Self {
            key: context.idempotency_key(),
            parent_step: context.position.step_name,
            parent: context.around.reborrow(),
            attached: context.children,
            limit: 16,
        }
    }

    /// How many may be under way at once; at least 1, and 16 if nothing is said.
    ///
    /// ```
    /// use stepflow::{RunContext, workflow};
    ///
    /// # struct Check { state: () }
    /// # #[workflow(state = ())] impl Check { #[step] fn ping(&mut self) {} }
    /// struct Checks { state: usize }
    ///
    /// #[workflow(state = usize)]
    /// impl Checks {
    ///     #[step]
    ///     async fn all(&mut self, ctx: &mut RunContext<'_>) {
    ///         // One after the other: the third is made when the second has ended.
    ///         let checks = (0..3).map(|_| Check { state: () });
    ///         self.state = ctx.children().limit(1).run_all(checks).await.len();
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert_eq!(Checks { state: 0 }.run().await.state, 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit.max(1);
        self
    }

    /// Runs them until one fails. Then the others under way are cancelled, no more are started, and
    /// every one that was started is attached to the parent's step.
    ///
    /// # Errors
    ///
    /// The first failure, in time.
    ///
    /// ```
    /// use stepflow::{ChildWorkflowError, RunContext, workflow};
    ///
    /// # struct Check { state: () }
    /// # #[workflow(state = ())]
    /// # impl Check { #[step] fn ping(&mut self) -> Result<(), String> { Err("no answer".to_owned()) } }
    /// struct Checks { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Checks {
    ///     #[step]
    ///     async fn all(&mut self, ctx: &mut RunContext<'_>) -> Result<usize, ChildWorkflowError> {
    ///         let checks = (0..3).map(|_| Check { state: () });
    ///         Ok(ctx.children().limit(1).run(checks).await?.len())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let result = Checks { state: () }.run().await;
    /// assert!(result.is_failed());
    /// assert_eq!(result.steps()[0].children().len(), 1, "the others were not started");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run<W, I>(self, children: I) -> Result<Vec<WorkflowResult<W::State>>, ChildWorkflowError>
    where
        W: AsyncWorkflow,
        W::State: Send,
        I: IntoIterator<Item = W>,
        I::IntoIter: Send,
    {
        let parent_step = self.parent_step.to_owned();
        let (results, failed) = self.all(children.into_iter(), true).await;
        match failed {
            Some(record) => Err(ChildWorkflowError { parent_step, record }),
            None => Ok(results),
        }
    }

    /// Runs them all, whatever becomes of each, and gives every result, failed ones too.
    ///
    /// ```
    /// use stepflow::{RunContext, workflow};
    ///
    /// # struct Check { state: () }
    /// # #[workflow(state = ())]
    /// # impl Check { #[step] fn ping(&mut self) -> Result<(), String> { Err("no answer".to_owned()) } }
    /// struct Checks { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Checks {
    ///     #[step]
    ///     async fn all(&mut self, ctx: &mut RunContext<'_>) -> usize {
    ///         let checks = ctx.children().run_all((0..3).map(|_| Check { state: () })).await;
    ///         checks.iter().filter(|check| check.is_failed()).count()
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let result = Checks { state: () }.run().await.into_result()?;
    /// assert_eq!(result.output(Checks::ALL)?, &3);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_all<W, I>(self, children: I) -> Vec<WorkflowResult<W::State>>
    where
        W: AsyncWorkflow,
        W::State: Send,
        I: IntoIterator<Item = W>,
        I::IntoIter: Send,
    {
        self.all(children.into_iter(), false).await.0
    }

    async fn all<W: AsyncWorkflow>(
        self,
        mut children: impl Iterator<Item = W> + Send,
        fail_fast: bool,
    ) -> (Vec<WorkflowResult<W::State>>, Option<Arc<RunRecord>>)
    where
        W::State: Send,
    {
        let Self { parent, key, attached, limit, .. } = self;
        let Surroundings { observers, approvals, gates, cancel, time, children: siblings, .. } = parent;
        let counted = siblings.map(UnderWay::enter);
        let group = cancel.map_or_else(CancelToken::new, CancelToken::child);
        let first = attached.len();
        let gates = gates.of_child();
        let (observers, approvals) = (Mutex::new(observers), Mutex::new(approvals));
        let start = |nth: usize, mut workflow: W| {
            let key_root = format!("{key}/{}", first + nth + 1);
            let (mut observers, mut approvals) = (Shared(&observers), Shared(&approvals));
            let group = &group;
            async move {
                let start = Start::new(None, time.now());
                let mut around = Surroundings {
                    observers: &mut observers,
                    approvals: (gates == Gates::Ask).then_some(&mut approvals as _),
                    gates,
                    cancel: Some(group),
                    children: None,
                    keeper: None,
                    time,
                };
                let definition = workflow.definition();
                let record =
                    asynchronous::drive(&mut workflow, &definition, start, &mut around, Some(&key_root))
                        .await;
                (nth, workflow.into_state(), Arc::new(record))
            }
        };
        let mut under_way = FuturesUnordered::new();
        let mut done = Vec::new();
        let mut failed = None;
        let mut started = 0;
        loop {
            while failed.is_none() && !group.is_cancelled() && under_way.len() < limit {
                let Some(child) = children.next() else { break };
                under_way.push(start(started, child));
                started += 1;
            }
            let Some((nth, state, record)) = under_way.next().await else { break };
            if fail_fast && record.status().is_failure() && failed.is_none() {
                failed = Some(Arc::clone(&record));
                group.cancel();
            }
            done.push((nth, state, record));
        }
        drop(under_way);
        done.sort_unstable_by_key(|(nth, ..)| *nth);
        let records = done.iter().map(|(.., record)| Arc::clone(record));
        attached.extend(records.map(|record| ChildResult { attempt: 0, record }));
        drop(counted);
        stopped_with_children(cancel).await;
        let results =
            done.into_iter().map(|(_, state, record)| WorkflowResult::shared(state, record)).collect();
        (results, failed)
    }
}

impl fmt::Debug for Children<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Children")
            .field("parent_step", &self.parent_step)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// The parent's hooks or handler, for children that take turns.
struct Shared<'a, T>(&'a Mutex<T>);

impl<T> Shared<'_, T> {
    fn with<R>(&self, call: impl FnOnce(&mut T) -> R) -> R {
        // A panic in a hook is contained before it gets here; the list behind the lock stays whole.
        call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<'o> Observers for Shared<'_, &'o mut (dyn Observers + 'o)> {
    fn len(&self) -> usize {
        self.with(|observers| observers.len())
    }

    fn call(&mut self, hook: usize, event: &WorkflowEvent<'_>) -> Answer<()> {
        self.with(|observers| observers.call(hook, event))
    }
}

impl<'o> Approver for Shared<'_, Option<&'o mut (dyn Approver + 'o)>> {
    fn ask(&mut self, request: &ApprovalRequest<'_>) -> Answer<ApprovalDecision> {
        self.with(|approver| match approver {
            Some(approver) => approver.ask(request),
            None => Answer::Now(Err("there is nobody to ask".into())),
        })
    }
}
