//! Steps that must not run twice.

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, Settlement, workflow};
use stepflow_store::{RunStatus, RunsError};

use super::support::{Log, Place, TestResult, id, on_every_store, until};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Account {
    paid: bool,
    told: bool,
}

struct Payout {
    state: Account,
    log: Log,
}

#[workflow(state = Account)]
impl Payout {
    #[step(effect = once)]
    async fn transfer(&mut self, ctx: &mut RunContext<'_>) -> String {
        self.log.note(format!("transfer as {}", ctx.idempotency_key()));
        // The first time, the process goes down in here.
        if self.log.lines().len() == 1 {
            std::future::pending::<()>().await;
        }
        self.state.paid = true;
        "PAY-2".to_owned()
    }

    #[step]
    async fn tell(&mut self) {
        self.log.note("tell");
        self.state.told = true;
    }
}

async fn broken_off(place: &Place) -> Result<(Log, stepflow_store::Runner), Box<dyn std::error::Error>> {
    let log = Log::default();
    let factory = || {
        let log = log.clone();
        move |state| Payout { state, log: log.clone() }
    };
    let runner = place.runner().await?.register(factory()).start().await?;
    runner.start(id("a1"), Payout { state: Account::default(), log: log.clone() }).await?;
    until(|| log.lines().len() == 1).await;
    drop(runner);
    let runner = place.runner().await?.register(factory()).start().await?;
    let outcome = runner.run(id("a1")).wait().await?;
    assert_eq!(outcome.status(), RunStatus::Unsettled);
    assert!(outcome.into_result::<Account>().is_err(), "nobody knows yet");
    assert_eq!(log.lines(), ["transfer as a1/transfer/1"]);
    Ok((log, runner))
}

async fn a_broken_off_effect_is_not_repeated_and_its_output_can_be_told(place: Place) -> TestResult {
    let (log, runner) = broken_off(&place).await?;
    runner.runs().settle(&id("a1"), Settlement::happened_with("PAY-1"), "noor").await?;
    let again = runner.runs().settle(&id("a1"), Settlement::DidNotHappen, "ben").await;
    assert!(matches!(again, Err(RunsError::AlreadySettled(settled)) if settled.by == "noor"));
    let result = runner.run(id("a1")).wait().await?.into_result::<Account>()?.into_result()?;
    assert_eq!(result.output(Payout::TRANSFER)?, "PAY-1");
    // The state is the one from before the body, and no other line was written by it.
    assert!(!result.state.paid && result.state.told);
    assert_eq!(log.lines(), ["transfer as a1/transfer/1", "tell"]);
    Ok(())
}

async fn an_effect_that_did_not_happen_is_tried_again_under_the_same_key(place: Place) -> TestResult {
    let (log, runner) = broken_off(&place).await?;
    runner.runs().settle(&id("a1"), Settlement::DidNotHappen, "noor").await?;
    let result = runner.run(id("a1")).wait().await?.into_result::<Account>()?.into_result()?;
    assert_eq!(result.output(Payout::TRANSFER)?, "PAY-2");
    assert!(result.state.paid);
    assert_eq!(log.lines(), ["transfer as a1/transfer/1", "transfer as a1/transfer/1", "tell"]);
    Ok(())
}

async fn an_unsettled_run_can_be_cancelled(place: Place) -> TestResult {
    let (log, runner) = broken_off(&place).await?;
    runner.run(id("a1")).cancel("noor").await?;
    assert_eq!(runner.run(id("a1")).wait().await?.status(), RunStatus::Cancelled);
    assert_eq!(log.lines().len(), 1);
    Ok(())
}

on_every_store! {
    a_broken_off_effect_is_not_repeated_and_its_output_can_be_told
    an_effect_that_did_not_happen_is_tried_again_under_the_same_key
    an_unsettled_run_can_be_cancelled
}
