//! Async steps, by `run`; hooks and handlers are async, too.

/// Makes every step an async one, which gives way before it does anything.
macro_rules! steps {
    (#[workflow $keys:tt] impl $name:ident { $($body:tt)* }) => {
        steps! { @among $keys $name [] $($body)* }
    };
    (@among $keys:tt $name:ident [$($done:tt)*] #[step $($key:tt)*] fn $($rest:tt)*) => {
        steps! { @before_body $keys $name [$($done)* #[step $($key)*] async fn] $($rest)* }
    };
    (@among $keys:tt $name:ident [$($done:tt)*] $next:tt $($rest:tt)*) => {
        steps! { @among $keys $name [$($done)* $next] $($rest)* }
    };
    (@among $keys:tt $name:ident [$($done:tt)*]) => {
        #[workflow $keys]
        impl $name { $($done)* }
    };
    (@before_body $keys:tt $name:ident [$($done:tt)*] { $($body:tt)* } $($rest:tt)*) => {
        steps! { @among $keys $name [$($done)* { tokio::task::yield_now().await; $($body)* }] $($rest)* }
    };
    (@before_body $keys:tt $name:ident [$($done:tt)*] $next:tt $($rest:tt)*) => {
        steps! { @before_body $keys $name [$($done)* $next] $($rest)* }
    };
}

macro_rules! ended {
    ($child:expr) => {
        $child.await
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

use std::time::Duration;

use stepflow::{
    ApprovalRequest, Async, AsyncWorkflow, IntoDecision, IntoHookOutcome, Run, WorkflowEvent, WorkflowResult,
};
use tokio::task::yield_now;

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

impl<'h, W: AsyncWorkflow<Mode = Async>> Play<'h> for Run<'h, W> {
    type State = W::State;

    fn watch<R>(self, mut hook: impl FnMut(&WorkflowEvent<'_>) -> R + Send + 'h) -> Self
    where
        R: IntoHookOutcome + Send + 'static,
    {
        self.on_event_async(move |event| {
            let outcome = hook(event);
            async move {
                yield_now().await;
                outcome
            }
        })
    }

    fn answer<D>(self, mut handler: impl FnMut(&ApprovalRequest<'_>) -> D + Send + 'h) -> Self
    where
        D: IntoDecision + Send + 'static,
    {
        self.on_approval_async(move |request| {
            let decision = handler(request);
            async move {
                yield_now().await;
                decision
            }
        })
    }

    fn waits_with(self, sleep: impl Fn(Duration) + Send + Sync + 'h) -> Self {
        self.timer(super::WaitsWith(sleep))
    }

    fn finish(self) -> WorkflowResult<W::State> {
        let result = crate::drivers::block_on(self.run());
        super::keep(&result);
        result
    }
}

/// A workflow that runs with nothing around it.
trait PlayAlone: AsyncWorkflow<Mode = Async> + Sized {
    fn finish(self) -> WorkflowResult<Self::State> {
        Play::finish(Run::new(self))
    }
}

impl<W: AsyncWorkflow<Mode = Async>> PlayAlone for W {}
