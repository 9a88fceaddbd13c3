//! Processes that go down in the middle of a run. Here they are runners that are dropped.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepflow::workflow;
use stepflow_store::{Hold, RunStatus};
use tokio::time::Instant;

use super::flaky::{Basket, World};
use super::support::{Log, Place, TestResult, id, on_every_store, until};

async fn an_interrupted_attempt_is_made_again_and_a_completed_step_is_not(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    let runner = place.runner().await?.register(world.factory()).start().await?;
    runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    drop(runner);
    world.hang_no_more();

    let runner = place.runner().await?.register(world.factory()).start().await?;
    let outcome = runner.run(id("o1")).wait().await?;
    let result = outcome.into_result::<Basket>()?.into_result()?;
    assert_eq!(result.state.done, ["reserve", "pay", "pack", "pack", "pack", "ship"]);
    assert_eq!(result.output(super::flaky::Order::PAY)?, "receipt of o1");
    assert_eq!(world.log.count("reserve"), 1);
    assert_eq!(world.log.count("pay begins as o1/pay/1"), 2, "under the same idempotency key");
    assert_eq!(world.log.count("pack"), 3);
    Ok(())
}

async fn a_failed_attempt_counts_after_a_crash(place: Place) -> TestResult {
    let world = World::default();
    world.fail("pay").fail("pay").hang("pay");
    let runner = place.runner().await?.register(world.factory()).start().await?;
    runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 3).await;
    drop(runner);
    world.hang_no_more().fail("pay").fail("pay");

    let runner = place.runner().await?.register(world.factory()).start().await?;
    let outcome = runner.run(id("o1")).wait().await?;
    assert_eq!(outcome.status(), RunStatus::Failed);
    let text = outcome.into_result::<Basket>()?.into_result().expect_err("it failed").to_string();
    assert!(text.contains("at step `pay` after 4 attempts"), "{text}");
    Ok(())
}

async fn a_process_that_goes_down_with_a_run_again_and_again_is_kept_from_it(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    for crash in 1..=3 {
        let runner = place.runner().await?.max_claims(3).register(world.factory()).start().await?;
        runner.start(id("o1"), world.order()).await?;
        until(|| world.log.count("pay begins as o1/pay/1") == crash).await;
    }
    let runner = place.runner().await?.max_claims(3).register(world.factory()).start().await?;
    // The first took it past a boundary; only those after that took it nowhere.
    until(|| world.log.count("pay begins as o1/pay/1") == 4).await;
    drop(runner);
    let runner = place.runner().await?.max_claims(3).register(world.factory()).start().await?;
    let outcome = runner.run(id("o1")).wait().await?;
    assert_eq!(outcome.status(), RunStatus::Held);
    assert_eq!(outcome.hold(), Some(&Hold::Crashed { claims: 3 }));
    assert_eq!(world.log.count("pay begins as o1/pay/1"), 4);

    world.hang_no_more();
    runner.runs().release(&id("o1"), "noor").await?;
    assert!(runner.run(id("o1")).wait().await?.is_succeeded());
    Ok(())
}

async fn a_run_in_the_middle_of_a_wait_goes_on_when_it_is_due(place: Place) -> TestResult {
    let world = World::default();
    let runner = place.runner().await?.register(world.factory()).start().await?;
    runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pack") == 3).await;
    let packed = Instant::now();
    drop(runner);
    let runner = place.runner().await?.register(world.factory()).start().await?;
    assert!(runner.run(id("o1")).wait().await?.is_succeeded());
    // It was packed a moment before it was seen to be.
    assert!(packed.elapsed() > Duration::from_millis(90), "{:?}", packed.elapsed());
    assert_eq!(world.log.count("ship"), 1);
    Ok(())
}

on_every_store! {
    a_failed_attempt_counts_after_a_crash
    a_process_that_goes_down_with_a_run_again_and_again_is_kept_from_it
    a_run_in_the_middle_of_a_wait_goes_on_when_it_is_due
    an_interrupted_attempt_is_made_again_and_a_completed_step_is_not
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Calls {
    made: u32,
}

struct Call {
    state: Calls,
    log: Log,
}

#[workflow(state = Calls)]
impl Call {
    #[step(after = "2h", retry(times = 3, delay = "1h"))]
    fn dial(&mut self) -> Result<(), String> {
        self.log.note("dial");
        self.state.made += 1;
        if self.state.made < 3 { Err("busy".to_owned()) } else { Ok(()) }
    }
}

#[tokio::test(start_paused = true)]
async fn hours_pass_whether_or_not_somebody_waits_for_them() -> TestResult {
    let (place, log) = (Place::memory(), Log::default());
    let factory = || {
        let log = log.clone();
        move |state| Call { state, log: log.clone() }
    };
    let (begin, hour) = (Instant::now(), Duration::from_secs(60 * 60));
    let late = |hours: u32| begin.elapsed().checked_sub(hour * hours).ok_or("too early");
    let soon = Duration::from_millis(5);

    let runner = place.runner().await?.register(factory()).start().await?;
    runner.start(id("c1"), Call { state: Calls::default(), log: log.clone() }).await?;
    tokio::time::sleep(hour).await;
    drop(runner);
    assert!(log.lines().is_empty());
    tokio::time::sleep(hour / 2).await;

    let runner = place.runner().await?.register(factory()).start().await?;
    let run = runner.run(id("c1"));
    tokio::time::sleep(hour + hour / 2 + soon).await;
    // To the moment: the runner that put it aside knows when it is due.
    assert_eq!(log.lines().len(), 2);
    drop(runner);

    let runner = place.runner().await?.register(factory()).start().await?;
    assert!(matches!(run.wait().await, Err(stepflow_store::WaitError::Stopped { .. })));
    let outcome = runner.run(id("c1")).wait().await?;
    assert!(outcome.is_succeeded());
    // It was put aside by another one, and is found by looking: not more often than every half second.
    assert!(late(4)? < Duration::from_millis(505), "{:?}", late(4)?);
    assert_eq!(outcome.record().steps()[0].attempts(), 3);
    Ok(())
}
