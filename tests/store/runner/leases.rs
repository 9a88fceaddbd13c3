//! Leases that run out, stores that do not answer, and what becomes of the runs.

use std::time::Duration;

use stepflow_store::{Hold, RunStatus, StartError, WaitError};
use tokio::time::Instant;

use super::faults::{Fault, Faults};
use super::flaky::{Basket, World};
use super::support::{Place, TestResult, id, on_every_store, until};

async fn a_boundary_is_saved_when_the_store_is_back(place: Place) -> TestResult {
    for fault in [Fault::Down, Fault::Full, Fault::Unheard] {
        let world = World::default();
        let store = Faults::new(place.open().await?);
        let runner = place.runner_on(store.clone()).register(world.factory()).start().await?;
        for call in ["advance", "claim", "renew", "load", "visits"] {
            store.next(call, fault).next(call, fault).next(call, fault);
        }
        let name = format!("{fault:?}");
        let outcome = runner.start(id(&name), world.order()).await?.wait().await?;
        assert!(outcome.is_succeeded());
        let steps = ["reserve", "pay", "pack", "pack", "pack", "ship"];
        assert_eq!(outcome.state::<Basket>()?.done, steps);
        let ran: Vec<String> = world.log.lines().into_iter().filter(|line| !line.contains(' ')).collect();
        assert_eq!(ran, steps, "after {fault:?}: each ran once");
        drop(runner);
    }
    Ok(())
}

async fn a_lost_lease_lets_go_of_everything_and_the_runner_joins_anew(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    let store = Faults::new(place.open().await?);
    let runner =
        place.runner_on(store.clone()).lease(place.short_lease()).register(world.factory()).start().await?;
    let run = runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    // As if the network were gone: renewals fail until the lease is over.
    store.always("renew", Fault::Down).always("join", Fault::Down);
    let first = format!("{runner:?}");
    let before = Instant::now();
    until(|| runner_has_nothing(&runner)).await;
    assert!(before.elapsed() >= place.short_lease() / 2, "{:?}", before.elapsed());
    world.hang_no_more();
    store.heal();
    assert!(run.wait().await?.is_succeeded());
    assert_ne!(first, format!("{runner:?}"), "under another name");
    assert!(world.log.count("pay begins as o1/pay/1") >= 2);
    Ok(())
}

fn runner_has_nothing(runner: &stepflow_store::Runner) -> bool {
    format!("{runner:?}").contains("active: 0")
}

async fn a_process_that_was_stopped_for_too_long_commits_nothing(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    let (one, other) = (Faults::new(place.open().await?), place.open().await?);
    let stopped =
        place.runner_on(one.clone()).lease(place.short_lease()).register(world.factory()).start().await?;
    stopped.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    // It is silent, and what it asks the store takes for ever. Its steps go on.
    for call in ["renew", "advance", "claim", "join"] {
        one.always(call, Fault::Hangs);
    }
    let runner = place.runner_on(other).register(world.factory()).start().await?;
    until(|| world.log.count("pay begins as o1/pay/1") >= 2).await;
    // The step of the stopped process ends after all, and so does that of the other.
    world.let_go("o1");
    let result = runner.run(id("o1")).wait().await?.into_result::<Basket>()?.into_result()?;
    assert_eq!(result.state.done.len(), 6);
    one.heal();
    until(|| runner_has_nothing(&stopped)).await;
    let visits = place.open().await?.visits(&id("o1")).await?;
    assert_eq!(visits.len(), 7, "what came late is not there twice");
    Ok(())
}

async fn a_state_that_is_too_large_fails_its_step(place: Place) -> TestResult {
    let world = World::default();
    let store = Faults::new(place.open().await?);
    store.next("advance", Fault::TooLarge);
    let runner = place.runner_on(store.clone()).register(world.factory()).start().await?;
    let outcome = runner.start(id("o1"), world.order()).await?.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Failed);
    assert_eq!(outcome.state::<Basket>()?, Basket::default(), "as it was saved last");
    let error = outcome.into_result::<Basket>()?.into_result().expect_err("it failed");
    assert!(error.to_string().contains("reserve"), "{error}");
    Ok(())
}

async fn a_run_that_cannot_be_saved_at_all_is_held(place: Place) -> TestResult {
    for fault in [Fault::TooLarge, Fault::Torn] {
        let world = World::default();
        let store = Faults::new(place.open().await?);
        store.always("advance", fault);
        let runner = place.runner_on(store.clone()).register(world.factory()).start().await?;
        let run = runner.start(id(&format!("{fault:?}")), world.order()).await?;
        let outcome = run.wait().await?;
        assert!(matches!(outcome.hold(), Some(Hold::Damaged { .. })), "{outcome:?}");
        assert_eq!(world.log.count("reserve"), 1, "it is not tried again and again");
    }
    Ok(())
}

async fn a_run_that_the_store_refuses_for_good_is_let_go_of(place: Place) -> TestResult {
    let world = World::default();
    let store = Faults::new(place.open().await?);
    store.always("advance", Fault::Torn).always("amend", Fault::Torn);
    let runner = place.runner_on(store.clone()).register(world.factory()).start().await?;
    let run = runner.start(id("o1"), world.order()).await?;
    let refused = run.wait().await;
    assert!(matches!(&refused, Err(WaitError::LetGo { source, .. }) if source.is_corrupt()), "{refused:?}");
    // It is as it was saved, and goes on where the store is whole.
    store.heal();
    drop(runner);
    let runner = place.runner().await?.register(world.factory()).start().await?;
    assert!(runner.run(id("o1")).wait().await?.is_succeeded());
    Ok(())
}

async fn a_run_is_started_or_not_and_says_so(place: Place) -> TestResult {
    let world = World::default();
    let store = Faults::new(place.open().await?);
    let runner = place.runner_on(store.clone()).register(world.factory()).start().await?;
    store.next("create", Fault::Down);
    let failed = runner.start(id("o1"), world.order()).await;
    assert!(matches!(&failed, Err(StartError::Store { source, .. }) if source.is_transient()), "{failed:?}");
    // Here it was started, and nobody heard of it: the same call again gives the run.
    store.next("create", Fault::Unheard);
    assert!(runner.start(id("o1"), world.order()).await.is_err());
    let run = runner.start(id("o1"), world.order()).await?;
    assert!(!run.is_new());
    assert!(store.is_done());
    drop(runner);
    let runner = place.runner().await?.register(world.factory()).start().await?;
    assert!(runner.run(id("o1")).wait().await?.is_succeeded());
    assert_eq!(world.log.count("reserve"), 1);
    Ok(())
}

on_every_store! {
    a_boundary_is_saved_when_the_store_is_back
    a_lost_lease_lets_go_of_everything_and_the_runner_joins_anew
    a_process_that_was_stopped_for_too_long_commits_nothing
    a_run_is_started_or_not_and_says_so
    a_run_that_cannot_be_saved_at_all_is_held
    a_run_that_the_store_refuses_for_good_is_let_go_of
    a_state_that_is_too_large_fails_its_step
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_costs_no_more_than_the_lease() -> TestResult {
    let (place, world) = (Place::memory(), World::default());
    let store = Faults::new(place.open().await?);
    world.hang("pay");
    let runner = place.runner_on(store.clone()).register(world.factory()).start().await?;
    runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    store.next("renew", Fault::Hangs);
    let before = Instant::now();
    // It lets go of the run, and takes it up again under another name.
    until(|| world.log.count("pay begins as o1/pay/1") == 2).await;
    let took = before.elapsed();
    assert!(took > place.lease() / 2 && took <= place.lease() + Duration::from_millis(200), "{took:?}");
    drop(runner);
    Ok(())
}
