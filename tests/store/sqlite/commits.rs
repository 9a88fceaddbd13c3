//! Who commits for whom, and what becomes of callers that go away.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use stepflow_store::{RunQuery, SqliteStore, Store};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::support::{boundary, held, id, new_run, worker};

fn store() -> (tempfile::TempDir, Arc<SqliteStore>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("runs.db")).expect("it is made");
    (folder, Arc::new(store))
}

#[test]
fn without_a_runtime_a_call_is_done_when_it_returns() {
    let (_folder, store) = store();
    let run = new_run("order-1", None);
    assert!(matches!(poll_once(store.create(&run)), Poll::Ready(Ok(_))));
    assert!(matches!(poll_once(store.load(&run.id)), Poll::Ready(Ok(Some(_)))));
}

#[test]
fn every_flavor_of_runtime_will_do_at_once() {
    let (_folder, store) = store();
    let flavors: [fn() -> std::io::Result<Runtime>; 3] = [
        || Builder::new_current_thread().build(),
        || Builder::new_multi_thread().worker_threads(1).build(),
        || Builder::new_multi_thread().worker_threads(3).build(),
    ];
    let threads: Vec<_> = flavors
        .iter()
        .cycle()
        .take(9)
        .enumerate()
        .map(|(number, flavor)| {
            let (store, runtime) = (Arc::clone(&store), flavor().expect("a runtime"));
            thread::Builder::new().spawn(move || runtime.block_on(work(store, number))).expect("a thread")
        })
        .collect();
    for thread in threads {
        thread.join().expect("it does not panic");
    }
    let runs = poll_once(store.list(&RunQuery::default()));
    assert!(matches!(runs, Poll::Ready(Ok(page)) if page.runs.len() == 9 * 4));
}

/// Four runs of ten steps, side by side.
async fn work(store: Arc<SqliteStore>, number: usize) {
    let worker = worker(&*store, &format!("worker {number}")).await;
    let mut runs = JoinSet::new();
    for run in 0..4 {
        let (store, claim) = (Arc::clone(&store), held(&*store, &format!("{number}-{run}"), &worker).await);
        runs.spawn(async move {
            for sequence in 1..=10 {
                store.advance(&claim, &boundary(sequence)).await.expect("it holds it");
            }
        });
    }
    runs.join_all().await;
}

/// Callers go away while they wait, while they lead, and before they begin; those who stay are served.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_that_go_away_hold_nobody_up() {
    let (_folder, store) = store();
    let worker = worker(&*store, "w").await;
    for round in 0..20 {
        let mut runs = JoinSet::new();
        let mut aborted = Vec::new();
        for number in 0..24_u32 {
            let name = format!("{round}-{number}");
            let (store, claim) = (Arc::clone(&store), held(&*store, &name, &worker).await);
            let task = runs.spawn(async move {
                for sequence in 1..=8 {
                    store.advance(&claim, &boundary(sequence)).await.expect("it holds it");
                }
                claim
            });
            if number % 2 == 0 {
                aborted.push((number, task));
            }
        }
        for (number, task) in aborted {
            for _ in 0..number {
                tokio::task::yield_now().await;
            }
            task.abort();
        }
        let mut finished = 0;
        while let Some(run) = runs.join_next().await {
            match run {
                Ok(claim) => {
                    let run = store.load(&claim.run).await.expect("it can be read").expect("it is there");
                    assert_eq!(run.state, r#"{"n":8}"#);
                    finished += 1;
                }
                Err(gone) => assert!(gone.is_cancelled(), "{gone}"),
            }
        }
        assert!(finished >= 12, "{finished}");
    }
}

/// A caller that goes away while another one writes: its change is made as a whole, or not at all.
#[tokio::test]
async fn a_change_that_nobody_waits_for_is_made_or_left_out() {
    let (_folder, store) = store();
    let (first, second, third) =
        (new_run("order-1", None), new_run("order-2", None), new_run("order-3", None));
    let mut leads = store.create(&first);
    // Alone it leads, and on this runtime writes on another thread.
    assert!(poll_once(&mut leads).is_pending());
    {
        let mut goes = store.create(&second);
        let _ = poll_once(&mut goes);
    }
    let _ = leads.await.expect("it is added");
    store.create(&third).await.expect("it is added");
    for name in ["order-1", "order-3"] {
        assert!(store.load(&id(name)).await.expect("it can be read").is_some(), "{name}");
    }
    let (second, events) = (store.load(&second.id).await, store.events(&second.id).await);
    assert_eq!(second.expect("it can be read").is_some(), events.expect("they can be read").len() == 1);
}

fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}
