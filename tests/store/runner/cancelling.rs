//! People who stop a run.

use std::time::Duration;

use stepflow::{CancelToken, WorkflowStatus, workflow};
use stepflow_store::{Cancellation, RunStatus, Runs, RunsError, Store};

use super::flaky::{Basket, World};
use super::support::{Log, Place, TestResult, id, on_every_store, until};

async fn a_step_under_way_is_broken_off(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    let runner = place.runner().await?.register(world.factory()).start().await?;
    let run = runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    assert_eq!(run.cancel("noor").await?, Cancellation::Wished);
    let outcome = run.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Cancelled);
    assert_eq!(outcome.record().status(), WorkflowStatus::Cancelled);
    assert_eq!(outcome.state::<Basket>()?.done, ["reserve"]);
    assert!(matches!(run.cancel("ben").await, Err(RunsError::Finished { .. })));
    Ok(())
}

async fn a_run_of_another_process_is_cancelled_as_soon_as_that_hears_of_it(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    let runner = place.runner().await?.register(world.factory()).start().await?;
    let run = runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    // This tells the store, and nobody else.
    let runs = Runs::new(place.open().await?);
    assert_eq!(runs.cancel(&id("o1"), "noor", Some("sent back")).await?, Cancellation::Wished);
    let told = tokio::time::Instant::now();
    assert_eq!(run.wait().await?.status(), RunStatus::Cancelled);
    let events = place.open().await?.events(&id("o1")).await?;
    let last = events.last().ok_or("it was cancelled")?;
    assert_eq!((last.kind.as_str(), last.by.as_deref()), ("cancelled", Some("noor")));
    assert_eq!(last.data, r#"{"reason":"sent back"}"#);
    if place.is_memory() {
        assert!(told.elapsed() <= place.lease() / 3 + Duration::from_millis(5), "{:?}", told.elapsed());
    }
    Ok(())
}

struct Call {
    state: u32,
    log: Log,
}

#[workflow(state = u32)]
impl Call {
    #[step(retry(times = 1, delay = "1h"))]
    fn dial(&mut self) -> Result<(), String> {
        self.log.note("dial");
        self.state += 1;
        if self.state < 2 { Err("busy".to_owned()) } else { Ok(()) }
    }
    #[step(after = "1h")]
    fn hang_up(&mut self) {
        self.log.note("hang up");
    }
}

async fn a_run_that_waits_is_cancelled_at_once(place: Place) -> TestResult {
    // In memory, and put aside; between two attempts, and before a step.
    for (park_after, state) in [(0, 0), (0, 1), (7200, 0), (7200, 1)] {
        let log = Log::default();
        let other = log.clone();
        let builder = place.runner().await?.park_after(Duration::from_secs(park_after));
        let runner = builder.register(move |state| Call { state, log: other.clone() }).start().await?;
        let name = id(&format!("c{park_after}-{state}"));
        let run = runner.start(name, Call { state, log: log.clone() }).await?;
        until(|| log.count("dial") == 1).await;
        run.cancel("noor").await?;
        let outcome = run.wait().await?;
        assert_eq!(outcome.status(), RunStatus::Cancelled);
        assert_eq!(outcome.state::<u32>()?, state + 1);
        assert_eq!(log.lines(), ["dial"]);
    }
    Ok(())
}

async fn a_cancelled_run_is_not_taken_up_again(place: Place) -> TestResult {
    let world = World::default();
    world.hang("pay");
    let runner = place.runner().await?.register(world.factory()).start().await?;
    runner.start(id("o1"), world.order()).await?;
    until(|| world.log.count("pay begins as o1/pay/1") == 1).await;
    // The wish comes while its process has gone, and nobody has noticed.
    drop(runner);
    Runs::new(place.open().await?).cancel(&id("o1"), "noor", None).await?;
    let runner = place.runner().await?.register(world.factory()).start().await?;
    let outcome = runner.run(id("o1")).wait().await?;
    assert_eq!(outcome.status(), RunStatus::Cancelled);
    assert_eq!(world.log.count("pay begins as o1/pay/1"), 1);
    Ok(())
}

struct Pressing {
    state: u32,
    token: CancelToken,
    log: Log,
}

#[workflow(state = u32)]
impl Pressing {
    #[step]
    fn press(&mut self) {
        self.log.note("press");
        // Somebody asks in the middle of a body that nobody can break off.
        while !self.token.is_cancelled() {
            std::thread::yield_now();
        }
        self.state += 1;
    }

    #[step]
    fn fold(&mut self) {
        self.log.note("fold");
        self.state += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_step_comes_to_its_end_and_the_next_does_not_begin() -> TestResult {
    let (place, log, token) = (Place::sqlite()?, Log::default(), CancelToken::new());
    let factory = {
        let (token, log) = (token.clone(), log.clone());
        move |state| Pressing { state, token: token.clone(), log: log.clone() }
    };
    let pressing = factory(0);
    let runner = place.runner().await?.register(factory).start().await?;
    let run = runner.start(id("p1"), pressing).await?;
    until(|| log.count("press") == 1).await;
    run.cancel("noor").await?;
    token.cancel();
    let outcome = run.wait().await?;
    assert_eq!(outcome.status(), RunStatus::Cancelled);
    assert_eq!(outcome.state::<u32>()?, 1, "what ran, ran");
    assert_eq!(log.lines(), ["press"]);
    Ok(())
}

on_every_store! {
    a_cancelled_run_is_not_taken_up_again
    a_run_of_another_process_is_cancelled_as_soon_as_that_hears_of_it
    a_run_that_waits_is_cancelled_at_once
    a_step_under_way_is_broken_off
}
