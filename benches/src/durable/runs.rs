//! Durable runs.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use stepflow::{AsyncWorkflow, StaticWorkflow};
use stepflow_store::{Runner, SqliteStore};
use tempfile::TempDir;

use super::{Awaiting, Blocking, Order, RUNTIME, folder, stop};
use crate::measure::time;

/// Steps of a run.
const STEPS: u32 = 30;
/// Commits of a run: it is created, and then every step ends.
pub const COMMITS: u32 = STEPS + 1;
/// Runs at once.
pub const MANY: u32 = 64;

struct World {
    runner: Runner,
    _folder: TempDir,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = folder();
    let runner = RUNTIME.block_on(async {
        let store =
            SqliteStore::open(folder.path().join("runs.db")).unwrap_or_else(|error| stop("no store", &error));
        let runner = Runner::builder(store)
            .register(|state| Blocking { state })
            .register(|state| Awaiting { state })
            .concurrency(MANY as usize);
        runner.start().await.unwrap_or_else(|error| stop("no runner", &error))
    });
    World { runner, _folder: folder }
});

/// One run with blocking steps after the other.
#[must_use]
pub fn one_blocking(runs: u32) -> Duration {
    one(runs, |state| Blocking { state })
}

/// One run with async steps after the other.
#[must_use]
pub fn one_async(runs: u32) -> Duration {
    one(runs, |state| Awaiting { state })
}

/// 64 runs with blocking steps at once.
#[must_use]
pub fn many_blocking(runs: u32) -> Duration {
    many(runs, |state| Blocking { state })
}

/// 64 runs with async steps at once.
#[must_use]
pub fn many_async(runs: u32) -> Duration {
    many(runs, |state| Awaiting { state })
}

fn one<W>(runs: u32, make: fn(Order) -> W) -> Duration
where
    W: AsyncWorkflow<State = Order> + StaticWorkflow + 'static,
{
    let world = &*WORLD;
    time(runs, || RUNTIME.block_on(carry_out(&world.runner, make)))
}

fn many<W>(runs: u32, make: fn(Order) -> W) -> Duration
where
    W: AsyncWorkflow<State = Order> + StaticWorkflow + 'static,
{
    let world = &*WORLD;
    time(runs, || {
        RUNTIME.block_on(async {
            let started = (0..MANY).map(|_| tokio::spawn(carry_out(&world.runner, make))).collect::<Vec<_>>();
            for run in started {
                run.await.unwrap_or_else(|error| stop("a run panicked", &error));
            }
        });
    })
}

async fn carry_out<W>(runner: &Runner, make: fn(Order) -> W)
where
    W: AsyncWorkflow<State = Order> + StaticWorkflow + 'static,
{
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = format!("order-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let id = id.parse().unwrap_or_else(|error| stop("no id", &error));
    let run =
        runner.start(id, make(Order::of(STEPS))).await.unwrap_or_else(|error| stop("not started", &error));
    let outcome = run.wait().await.unwrap_or_else(|error| stop("not finished", &error));
    if !outcome.status().is_finished() {
        stop("not finished", &outcome.status());
    }
}
