//! Many at once, on the same runs.

use std::sync::Arc;

use stepflow_store::{Claim, Store, WorkerId};
use stepflow_tests::postgres;

use super::support::{boundary, id, new_run, open, request, worker};

/// Runs go from hand to hand as fast as the server lets them. Whoever takes one has to find the state that
/// belongs to its head: they lie in two tables.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_is_taken_with_the_state_that_belongs_to_its_head() {
    const RUNS: u32 = 3;
    const ROUNDS: u32 = 150;

    let Some(database) = postgres::database() else { return };
    let store = Arc::new(open(&database).await);
    for run in 0..RUNS {
        store.create(&new_run(&format!("r-{run}"), None)).await.expect("the run is added");
    }
    let workers = (0..8).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let worker = worker(&*store, &format!("w-{number}")).await;
            for _ in 0..ROUNDS {
                take_and_pass_on(&*store, &worker).await;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("every run was whole");
    }
    for run in 0..RUNS {
        let run = id(&format!("r-{run}"));
        let visits = store.visits(&run).await.expect("the server is there");
        let loaded = store.load(&run).await.expect("the server is there").expect("it is kept");
        assert_eq!(loaded.fence as usize, visits.len() - 1, "each holder committed once");
    }
}

async fn take_and_pass_on(store: &impl Store, worker: &WorkerId) {
    for run in store.claim(&request(worker)).await.expect("the worker is known") {
        assert_eq!(run.head, run.state);
        assert_eq!(run.head, format!(r#"{{"n":{}}}"#, run.fence - 1));
        let claim = Claim { run: run.id, worker: worker.clone(), fence: run.fence };
        let step = boundary(u32::try_from(run.fence).expect("a small number"), true);
        store.advance(&claim, &step).await.expect("the run is held");
    }
}
