//! Programs as they come and go while the place where their runs are kept stays.

use std::error::Error;
use std::time::Duration;

use stepflow::RunId;
use stepflow_store::{Outcome, RunStatus, Runner, RunnerBuilder};

pub(crate) use crate::runner::support::{Log, Place, TestResult, id, until};

impl Place {
    /// A program about to be started, whose runs are soon taken up by the next when it is gone.
    pub(crate) async fn program(&self) -> Result<RunnerBuilder, Box<dyn Error>> {
        let builder = Runner::builder(self.open().await?).concurrency(128).poll(Duration::from_millis(20));
        // The memory store cannot tell that a process is gone.
        Ok(builder.lease(Duration::from_secs(if self.is_memory() { 2 } else { 20 })))
    }
}

/// Makes a test of each rule for each place.
macro_rules! at_every_place {
    ($($rule:ident)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::runner::support::TestResult {
                super::$rule($crate::runner::support::Place::memory()).await
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::runner::support::TestResult {
                let Some(place) = $crate::runner::support::Place::postgres() else { return Ok(()) };
                super::$rule(place).await
            })*
        }

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() -> $crate::runner::support::TestResult {
                super::$rule($crate::runner::support::Place::sqlite()?).await
            })*
        }
    };
}
pub(crate) use at_every_place;

/// Where a run has come to when it is held no more.
pub(crate) async fn past_held(runner: &Runner, run: &RunId) -> Result<Outcome, Box<dyn Error>> {
    loop {
        let outcome = runner.run(run.clone()).wait().await?;
        if outcome.status() != RunStatus::Held {
            return Ok(outcome);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
