//! What a run takes on the disk.

use std::sync::Arc;

use stepflow::RunId;
use stepflow_store::{Runner, SqliteStore, Store};

use tempfile::TempDir;

use super::{Awaiting, Order, RUNTIME, folder, stop};

/// Head, result and state of a typical step, as the store keeps them.
#[must_use]
pub fn of_a_step() -> (String, String, String) {
    let folder = folder();
    RUNTIME.block_on(async {
        let store = open(&folder, "probe.db");
        let ids = carry_out(&store, 1, 3).await;
        let visits = store.visits(&ids[0]).await.unwrap_or_else(|error| stop("no visits", &error));
        let run = store.load(&ids[0]).await.unwrap_or_else(|error| stop("no run", &error));
        match (run, visits.into_iter().nth(1)) {
            (Some(run), Some(visit)) => (run.head, visit.result, visit.state),
            _ => stop("no run", &ids[0]),
        }
    })
}

/// Prints bytes per run.
#[expect(clippy::print_stdout, reason = "a benchmark prints")]
pub fn print() {
    let (head, result, state) = of_a_step();
    let texts = head.len() + result.len() + state.len();
    println!("bytes per step as text: head {}, result {}, state {}", head.len(), result.len(), state.len());
    for steps in [3, 20] {
        let folder = folder();
        let runs = 500;
        RUNTIME.block_on(async {
            let store = open(&folder, "runs.db");
            carry_out(&store, runs, steps).await;
        });
        // Closed by now, so that all of it is in the database.
        let bytes = std::fs::metadata(folder.path().join("runs.db")).map_or(0, |file| file.len());
        let each = bytes / u64::from(runs);
        println!("bytes per run of {steps} steps on the disk: {each} ({} as text)", texts * steps as usize);
    }
    println!();
}

fn open(folder: &TempDir, name: &str) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(folder.path().join(name)).unwrap_or_else(|error| stop("no store", &error)))
}

async fn carry_out(store: &Arc<SqliteStore>, runs: u32, steps: u32) -> Vec<RunId> {
    let runner = Runner::builder(Arc::clone(store)).register(|state| Awaiting { state });
    let runner = runner.start().await.unwrap_or_else(|error| stop("no runner", &error));
    let mut ids = Vec::new();
    for number in 0..runs {
        let id: RunId = format!("order-{number}").parse().unwrap_or_else(|error| stop("no id", &error));
        let run = runner.start(id.clone(), Awaiting { state: Order::of(steps) });
        let run = run.await.unwrap_or_else(|error| stop("not started", &error));
        run.wait().await.unwrap_or_else(|error| stop("not finished", &error));
        ids.push(id);
    }
    runner.drain(std::time::Duration::from_secs(10)).await;
    ids
}
