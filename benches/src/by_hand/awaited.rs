//! The yardstick for steps that are awaited: the same loop, with an `.await` in it.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use super::{Account, Called, Goal, RunResult, StepFailure, Table, message};

/// A workflow with async steps, as the loop needs it.
pub trait Awaited: Table {
    /// Runs the body of one step.
    ///
    /// # Errors
    ///
    /// The body's own.
    fn call(&mut self, step: usize) -> impl Future<Output = Called> + Send;
}

/// Runs a workflow and records what happened.
pub async fn run<W: Awaited>(mut workflow: W) -> RunResult<W::State> {
    let mut account = Account::open::<W>();
    let mut at = 0;
    while let Some(step) = W::STEPS.get(at) {
        let mut attempts = 0;
        let outcome = loop {
            attempts += 1;
            match AssertUnwindSafe(workflow.call(at)).catch_unwind().await {
                Ok(Ok(output)) => break Ok(output),
                Ok(Err(_)) if attempts <= step.retries => {}
                Ok(Err(error)) => break Err(StepFailure::Body(error)),
                Err(panic) => break Err(StepFailure::Panicked(message(&*panic))),
            }
        };
        let Goal::Step(next) = account.ended::<W>(at, attempts, outcome) else { break };
        at = next;
    }
    account.close(workflow)
}
