//! Blocking steps, by `run_async`.

macro_rules! steps {
    ($($workflow:tt)*) => {
        $($workflow)*
    };
}

macro_rules! ended {
    ($child:expr) => {
        $child
    };
}

#[path = "../approvals.rs"]
mod approvals;
#[path = "../budgets.rs"]
mod budgets;
#[path = "../cancelling.rs"]
mod cancelling;
#[path = "../children.rs"]
mod children;
#[path = "../failures.rs"]
mod failures;
#[path = "../hooks.rs"]
mod hooks;
#[path = "../linear.rs"]
mod linear;
#[path = "../loops.rs"]
mod loops;
#[path = "../pausing.rs"]
mod pausing;
#[path = "../retries.rs"]
mod retries;
#[path = "../routes.rs"]
mod routes;

use std::sync::Arc;
use std::time::Duration;

use stepflow::{
    ApprovalRequest, BlockingWorkflow, IntoDecision, IntoHookOutcome, Run, WorkflowEvent, WorkflowResult,
};

pub(super) const ALL: &[(&str, super::Scenarios)] = &[
    ("approvals", approvals::ALL),
    ("budgets", budgets::ALL),
    ("cancelling", cancelling::ALL),
    ("children", children::ALL),
    ("failures", failures::ALL),
    ("hooks", hooks::ALL),
    ("linear", linear::ALL),
    ("loops", loops::ALL),
    ("pausing", pausing::ALL),
    ("retries", retries::ALL),
    ("routes", routes::ALL),
];

/// A run, as the scenarios speak of it.
trait Play<'h>: Sized {
    type State;

    fn watch<R>(self, hook: impl FnMut(&WorkflowEvent<'_>) -> R + Send + 'h) -> Self
    where
        R: IntoHookOutcome + Send + 'static;

    fn answer<D>(self, handler: impl FnMut(&ApprovalRequest<'_>) -> D + Send + 'h) -> Self
    where
        D: IntoDecision + Send + 'static;

    fn waits_with(self, sleep: impl Fn(Duration) + Send + Sync + 'h) -> Self;

    fn finish(self) -> WorkflowResult<Self::State>;
}

impl<'h, W: BlockingWorkflow + Send> Play<'h> for Run<'h, W> {
    type State = W::State;

    fn watch<R>(self, hook: impl FnMut(&WorkflowEvent<'_>) -> R + Send + 'h) -> Self
    where
        R: IntoHookOutcome + Send + 'static,
    {
        self.on_event(hook)
    }

    fn answer<D>(self, handler: impl FnMut(&ApprovalRequest<'_>) -> D + Send + 'h) -> Self
    where
        D: IntoDecision + Send + 'static,
    {
        self.on_approval(handler)
    }

    fn waits_with(self, sleep: impl Fn(Duration) + Send + Sync + 'h) -> Self {
        // Blocking children wait as blocking workflows do.
        let sleep = Arc::new(sleep);
        let children = Arc::clone(&sleep);
        self.timer(super::WaitsWith(move |wait| sleep(wait))).sleep_with(move |wait| children(wait))
    }

    fn finish(self) -> WorkflowResult<W::State> {
        let result = crate::drivers::block_on(self.run_async());
        super::keep(&result);
        result
    }
}

/// A workflow that runs with nothing around it.
trait PlayAlone: BlockingWorkflow + Send + Sized {
    fn finish(self) -> WorkflowResult<Self::State> {
        Play::finish(Run::new(self))
    }
}

impl<W: BlockingWorkflow + Send> PlayAlone for W {}
