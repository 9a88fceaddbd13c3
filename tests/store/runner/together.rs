//! Several runners on one store, and several runs in one runner.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, workflow};
use stepflow_store::{Runner, RunnerBuilder};

use super::support::{Place, TestResult, id, on_every_store};

/// Sees which runs are in a body at the same time.
#[derive(Debug, Clone, Default)]
struct Watch(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    inside: BTreeMap<String, u32>,
    most: usize,
    twice: bool,
    bodies: BTreeMap<String, u32>,
}

impl Watch {
    fn enter(&self, run: &str) {
        let mut seen = self.0.lock().unwrap();
        let times = seen.inside.entry(run.to_owned()).or_default();
        *times += 1;
        let twice = *times > 1;
        seen.twice |= twice;
        seen.most = seen.most.max(seen.inside.values().map(|times| *times as usize).sum());
    }

    fn leave(&self, run: &str, body: String) {
        let mut seen = self.0.lock().unwrap();
        *seen.inside.entry(run.to_owned()).or_default() -= 1;
        *seen.bodies.entry(body).or_default() += 1;
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Count {
    steps: u32,
}

struct Counting {
    state: Count,
    watch: Watch,
}

impl Counting {
    async fn work(&mut self, ctx: &mut RunContext<'_>) {
        let run = ctx.run_id().to_string();
        self.watch.enter(&run);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.state.steps += 1;
        self.watch.leave(&run, ctx.idempotency_key());
    }
}

#[workflow(state = Count)]
impl Counting {
    #[step]
    async fn one(&mut self, ctx: &mut RunContext<'_>) {
        self.work(ctx).await;
    }
    #[step(after = "30ms")]
    async fn two(&mut self, ctx: &mut RunContext<'_>) {
        self.work(ctx).await;
    }
    #[step]
    async fn three(&mut self, ctx: &mut RunContext<'_>) {
        self.work(ctx).await;
    }
}

fn counting(builder: RunnerBuilder, watch: &Watch) -> RunnerBuilder {
    let watch = watch.clone();
    builder.register(move |state| Counting { state, watch: watch.clone() })
}

async fn two_runners_share_the_runs_and_never_one_run(place: Place) -> TestResult {
    let watch = Watch::default();
    // Put aside after every wait, so that a run changes hands.
    let mut runners = vec![];
    for _ in 0..3 {
        runners.push(
            counting(place.runner().await?, &watch).park_after(Duration::from_millis(5)).start().await?,
        );
    }
    let runs = 60;
    for run in 0..runs {
        let counting = Counting { state: Count::default(), watch: watch.clone() };
        runners[run % 2].start(id(&format!("r{run}")), counting).await?;
    }
    for run in 0..runs {
        // Whoever carries it out.
        let outcome = runners[2].run(id(&format!("r{run}"))).wait().await?;
        assert_eq!(outcome.into_result::<Count>()?.into_result()?.state.steps, 3);
    }
    let seen = watch.0.lock().unwrap();
    assert!(!seen.twice, "a run was carried out twice at once");
    assert!(seen.bodies.values().all(|times| *times == 1), "{:?}", seen.bodies);
    assert_eq!(seen.bodies.len(), 3 * runs);
    Ok(())
}

async fn no_more_runs_are_carried_out_at_once_than_there_is_room_for(place: Place) -> TestResult {
    let watch = Watch::default();
    let runner = counting(place.runner().await?.concurrency(3), &watch).start().await?;
    for run in 0..40 {
        let counting = Counting { state: Count::default(), watch: watch.clone() };
        runner.start(id(&format!("r{run}")), counting).await?;
    }
    for run in 0..40 {
        assert!(runner.run(id(&format!("r{run}"))).wait().await?.is_succeeded());
    }
    assert!((1..=3).contains(&watch.0.lock().unwrap().most));
    Ok(())
}

async fn a_new_process_goes_on_with_many_runs(place: Place) -> TestResult {
    let watch = Watch::default();
    // Nobody here can carry them out.
    let starter = counting(place.runner().await?.concurrency(1), &watch).start().await?;
    for run in 0..200 {
        let counting = Counting { state: Count::default(), watch: watch.clone() };
        starter.start(id(&format!("r{run}")), counting).await?;
    }
    drop(starter);
    let runner = counting(place.runner().await?, &watch).start().await?;
    for run in 0..200 {
        assert!(runner.run(id(&format!("r{run}"))).wait().await?.is_succeeded());
    }
    assert_eq!(watch.0.lock().unwrap().bodies.len(), 3 * 200);
    Ok(())
}

async fn somebody_asks_for_what_is_ready_now(place: Place) -> TestResult {
    let watch = Watch::default();
    let starter = place.runner().await?.start().await?;
    let poll = Duration::from_secs(60 * 60);
    let runner = counting(place.runner().await?.poll(poll), &watch).start().await?;
    assert_eq!(runner.recover().await?, 0);
    drop(starter);
    let other = counting(place.runner().await?.concurrency(1), &watch).start().await?;
    for run in 0..8 {
        let counting = Counting { state: Count::default(), watch: watch.clone() };
        other.start(id(&format!("r{run}")), counting).await?;
    }
    other.drain(Duration::from_millis(1)).await;
    let taken = runner.recover().await?;
    assert!(taken > 0 && taken <= 8, "{taken}");
    Ok(())
}

on_every_store! {
    a_new_process_goes_on_with_many_runs
    no_more_runs_are_carried_out_at_once_than_there_is_room_for
    somebody_asks_for_what_is_ready_now
    two_runners_share_the_runs_and_never_one_run
}

struct Meeting {
    state: u32,
    met: Arc<std::sync::Barrier>,
}

#[workflow(state = u32)]
impl Meeting {
    #[step]
    fn meet(&mut self) {
        // Comes back when all the others are here too.
        self.met.wait();
        self.state += 1;
    }
}

async fn meet(runner: Runner, met: Arc<std::sync::Barrier>) -> TestResult {
    for run in 0..8 {
        runner.start(id(&format!("m{run}")), Meeting { state: 0, met: Arc::clone(&met) }).await?;
    }
    for run in 0..8 {
        assert_eq!(runner.run(id(&format!("m{run}"))).wait().await?.state::<u32>()?, 1);
    }
    Ok(())
}

#[tokio::test]
async fn blocking_steps_hold_up_nobody_on_a_runtime_of_one_thread() -> TestResult {
    for place in [Place::memory(), Place::sqlite()?] {
        let met = Arc::new(std::sync::Barrier::new(8));
        let other = Arc::clone(&met);
        let runner = place.runner().await?.register(move |state| Meeting { state, met: Arc::clone(&other) });
        meet(runner.start().await?, met).await?;
    }
    Ok(())
}
