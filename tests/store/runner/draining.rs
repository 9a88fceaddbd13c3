//! Processes that are stopped in an orderly way.

use std::time::Duration;

use stepflow::{CancelToken, workflow};
use stepflow_store::{RunStatus, StartError, Store, WaitError};
use tokio::time::Instant;

use super::flaky::{Basket, World};
use super::support::{Log, Place, TestResult, id, on_every_store, until};

async fn what_does_not_get_to_a_boundary_in_time_is_left_to_others(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    let runner = place.runner().await?.register(world.factory()).start().await?;
    let run = runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    let (before, within) = (Instant::now(), Duration::from_millis(50));
    let drained = runner.drain(within).await;
    assert!(before.elapsed() >= within);
    assert_eq!((drained.finished, drained.left), (0, vec![id("o1")]));
    assert!(matches!(runner.start(id("o2"), world.order()).await, Err(StartError::Draining)));
    assert!(matches!(run.wait().await, Err(WaitError::Stopped { .. })));
    assert_eq!(runner.recover().await?, 0);

    // It is free at once: nobody waits for a lease to run out.
    let left = place.open().await?.load(&id("o1")).await?.ok_or("it is there")?;
    assert!(!left.held && left.status == RunStatus::Ready);
    world.hang_no_more();
    let other = place.runner().await?.register(world.factory()).start().await?;
    let result = other.run(id("o1")).wait().await?.into_result::<Basket>()?.into_result()?;
    assert_eq!(result.state.done.len(), 6);
    Ok(())
}

async fn a_run_stops_at_its_next_boundary(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pack");
    let runner = place.runner().await?.register(world.factory()).start().await?;
    for name in ["o1", "o2"] {
        runner.start(id(name), world.order()).await?;
    }
    until(|| ["o1", "o2"].iter().all(|run| world.log.count(&format!("pack begins as {run}/pack/1")) == 1))
        .await;
    let release = async {
        // One of the two comes to the end of its step while the runner drains.
        tokio::time::sleep(Duration::from_millis(20)).await;
        world.let_go("o1");
    };
    let (drained, ()) = tokio::join!(runner.drain(Duration::from_millis(300)), release);
    assert_eq!((drained.finished, drained.left), (1, vec![id("o2")]));
    let stopped = place.open().await?.load(&id("o1")).await?.ok_or("it is there")?;
    assert_eq!((stopped.status, stopped.held, stopped.claims), (RunStatus::Ready, false, 0));
    assert_eq!(world.log.count("pack begins as o1/pack/2"), 0);
    Ok(())
}

async fn a_run_that_waits_is_given_up_at_once(place: Place) -> TestResult {
    let world = World::default();
    world.fail("pay");
    let runner =
        place.runner().await?.park_after(Duration::from_secs(60)).register(world.factory()).start().await?;
    runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pack") == 3).await;
    let before = Instant::now();
    let drained = runner.drain(Duration::from_secs(20)).await;
    assert!(drained.is_clean(), "{drained:?}");
    if place.is_memory() {
        assert!(before.elapsed() < Duration::from_millis(100), "{:?}", before.elapsed());
    }
    let other = place.runner().await?.register(world.factory()).start().await?;
    assert!(other.run(id("o1")).wait().await?.is_succeeded());
    assert_eq!(world.log.count("ship"), 1);
    Ok(())
}

on_every_store! {
    a_run_stops_at_its_next_boundary
    a_run_that_waits_is_given_up_at_once
    what_does_not_get_to_a_boundary_in_time_is_left_to_others
}

struct Stubborn {
    state: u32,
    token: CancelToken,
    log: Log,
}

#[workflow(state = u32)]
impl Stubborn {
    #[step]
    fn press(&mut self) {
        self.log.note("press");
        while !self.token.is_cancelled() {
            std::thread::yield_now();
        }
        self.log.note("pressed");
        self.state += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_blocks_is_left_behind_and_commits_nothing() -> TestResult {
    let (place, log, token) = (Place::sqlite()?, Log::default(), CancelToken::new());
    let factory = |token: &CancelToken| {
        let (token, log) = (token.clone(), log.clone());
        move |state| Stubborn { state, token: token.clone(), log: log.clone() }
    };
    let store = place.open().await?;
    let runner = place.runner_on(store.clone()).register(factory(&token)).start().await?;
    runner.start(id("p1"), factory(&token)(0)).await?;
    until(|| log.count("press") == 1).await;
    let drained = runner.drain(Duration::from_millis(20)).await;
    assert_eq!(drained.left, [id("p1")]);
    let before = store.load(&id("p1")).await?.ok_or("it is there")?;
    token.cancel();
    until(|| log.count("pressed") == 1).await;
    drop(runner);

    // Another process takes the run; the body that was left behind has not changed it.
    let done = CancelToken::new();
    done.cancel();
    let other = place.runner_on(store.clone()).register(factory(&done)).start().await?;
    let outcome = other.run(id("p1")).wait().await?;
    assert_eq!(outcome.state::<u32>()?, 1);
    let after = store.load(&id("p1")).await?.ok_or("it is there")?;
    assert_eq!((before.fence, after.fence), (1, 2));
    assert_eq!(store.visits(&id("p1")).await?.len(), 2);
    Ok(())
}
