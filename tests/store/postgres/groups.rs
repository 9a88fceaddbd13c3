//! Boundaries that go together.

use std::sync::Arc;

use futures_util::future::join_all;
use stepflow_store::{Advance, Claim, NewEvent, PostgresStore, RunStatus, Store, WorkerId};
use stepflow_tests::postgres::{self, Database, Settings};

use super::support::{boundary, event, held, open, worker};

/// A store with a worker that holds so many runs.
async fn holding(database: &Database, runs: usize) -> (Arc<PostgresStore>, WorkerId, Vec<Claim>) {
    let store = Arc::new(open(database).await);
    let worker = worker(&*store, "w").await;
    let mut claims = Vec::new();
    for run in 0..runs {
        claims.push(held(&*store, &format!("r-{run:02}"), &worker).await);
    }
    (store, worker, claims)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_boundaries_need_few_commits() {
    // Its own server: the transactions of other tests are not counted.
    let Some(server) = postgres::server(Settings::default()) else { return };
    let database = server.database();
    let (store, _, claims) = holding(&database, 64).await;
    let before = transactions(&database);
    for sequence in 1..=10 {
        let step = Advance { event: Some(event("moved")), ..boundary(sequence, false) };
        for advanced in join_all(claims.iter().map(|claim| store.advance(claim, &step))).await {
            advanced.expect("each of them is held");
        }
    }
    let commits = transactions(&database) - before;
    assert!(commits < 200, "640 boundaries in {commits} transactions");
    for claim in &claims {
        let run = store.load(&claim.run).await.expect("the server is there").expect("it is kept");
        assert_eq!((run.head.as_str(), run.state.as_str()), (r#"{"n":10}"#, r#"{"n":10}"#));
        assert_eq!(run.version, 11);
        assert_eq!(store.visits(&claim.run).await.expect("the server is there").len(), 11);
        assert_eq!(store.events(&claim.run).await.expect("the server is there").len(), 11);
    }
}

/// How many transactions have written something, as the server numbers them.
fn transactions(database: &Database) -> i64 {
    database.query("SELECT pg_current_xact_id()")[0][0].parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_keeps_nobody_else_back() {
    let Some(database) = postgres::database() else { return };
    let (store, _, mut claims) = holding(&database, 20).await;
    let decided = |gate: &str| NewEvent { gate: Some(gate.into()), ..event("decided") };
    let first = Advance { event: Some(decided("g")), ..boundary(2, false) };
    store.advance(&claims[5], &first).await.expect("it is held");
    claims[3].fence += 1;
    claims[4].worker = WorkerId::new("another");

    let steps: Vec<_> = (0..20)
        .map(|run| match run {
            5 => Advance { event: Some(decided("g")), ..boundary(3, false) },
            6 => Advance { event: Some(decided("g")), ..boundary(1, false) },
            7 => Advance { head: "[".repeat(200), ..boundary(1, false) },
            8 => Advance { status: RunStatus::Succeeded, ..boundary(1, true) },
            _ => boundary(1, false),
        })
        .collect();
    let advanced = join_all(claims.iter().zip(&steps).map(|(claim, step)| store.advance(claim, step))).await;
    for (run, advanced) in advanced.into_iter().enumerate() {
        match (run, advanced) {
            (3 | 4, Err(error)) => assert!(error.is_lease_lost(), "{error}"),
            (5 | 7, Err(error)) => assert!(error.is_refused(), "{error}"),
            (_, advanced) => {
                advanced.expect("it is held");
                let run =
                    store.load(&claims[run].run).await.expect("the server is there").expect("it is kept");
                assert_eq!(run.version, 2);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_row_keeps_nobody_else_back() {
    let Some(database) = postgres::database() else { return };
    let (store, _, claims) = holding(&database, 20).await;
    let other = database.client().await;
    let lock = "BEGIN; SELECT FROM stepflow.runs WHERE id IN ('r-00', 'r-07') FOR UPDATE";
    other.batch_execute(lock).await.expect("the rows are locked");
    let waiting: Vec<_> = [0, 7]
        .map(|run| {
            let (store, claim) = (Arc::clone(&store), claims[run].clone());
            tokio::spawn(async move { store.advance(&claim, &boundary(1, false)).await })
        })
        .into();
    let step = boundary(1, false);
    let free = claims.iter().enumerate().filter(|(run, _)| ![0, 7].contains(run));
    for advanced in join_all(free.map(|(_, claim)| store.advance(claim, &step))).await {
        advanced.expect("nobody has locked it");
    }
    other.batch_execute("ROLLBACK").await.expect("the rows are let go of");
    for waiting in waiting {
        waiting.await.expect("no panic").expect("now it is free, too");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_gives_up_takes_nobody_with_it() {
    let Some(database) = postgres::database() else { return };
    let (store, _, claims) = holding(&database, 40).await;
    for sequence in 1..=20 {
        let tasks: Vec<_> = claims
            .iter()
            .map(|claim| {
                let (store, claim) = (Arc::clone(&store), claim.clone());
                tokio::spawn(async move { store.advance(&claim, &boundary(sequence, false)).await })
            })
            .collect();
        tokio::task::yield_now().await;
        // Whoever has the lane among them.
        tasks.iter().step_by(4).for_each(tokio::task::JoinHandle::abort);
        for (run, task) in tasks.into_iter().enumerate() {
            match task.await {
                Ok(advanced) => drop(advanced.expect("it is held")),
                Err(gone) => assert!(gone.is_cancelled() && run % 4 == 0, "{gone}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_are_told_when_the_server_goes_away() {
    let Some(server) = postgres::server(Settings::default()) else { return };
    let database = server.database();
    let (store, _, claims) = holding(&database, 20).await;
    server.kill();
    let step = boundary(1, false);
    for advanced in join_all(claims.iter().map(|claim| store.advance(claim, &step))).await {
        let error = advanced.expect_err("nobody is there");
        assert!(error.is_unavailable() && error.is_transient(), "{error}");
        assert!(std::error::Error::source(&error).is_some(), "{error:?}");
    }
    server.start_again();
    for advanced in join_all(claims.iter().map(|claim| store.advance(claim, &step))).await {
        advanced.expect("the lease has lasted");
    }
}
