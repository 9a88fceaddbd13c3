//! Who is gone for certain, and who is merely quiet.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use stepflow_store::{PostgresStore, Store, WorkerId};
use stepflow_tests::postgres::{self, Database};

use super::support::{HOUR, boundary, held, id, open, request, worker};

/// Tells a second process of this binary which database to work in.
const URL: &str = "STEPFLOW_TEST_WORKER_OF";

/// The other process: it joins as `away`, holds a run, says so, and waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_with_a_worker() {
    let Ok(url) = std::env::var(URL) else { return };
    let store = PostgresStore::connect(&url).await.expect("it opens");
    let away = worker(&store, "away").await;
    held(&store, "r-1", &away).await;
    println!("worker: joined");
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// Starts the other process, and returns when its worker has joined.
fn process(database: &Database) -> Child {
    let mut process = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "--nocapture", "postgres::presence::a_process_with_a_worker"])
        .env(URL, database.url())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the process starts");
    let output = BufReader::new(process.stdout.take().expect("its output"));
    assert!(output.lines().map_while(Result::ok).any(|line| line.contains("worker: joined")));
    process
}

fn signal(process: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &process.id().to_string()]).status();
    assert!(status.expect("`kill` runs").success());
}

/// The number of the lock that a worker's connection holds.
pub(super) fn lock_of(database: &Database, worker: &str) -> i64 {
    let rows = database.query(&format!("SELECT lock FROM stepflow.workers WHERE id = '{worker}'"));
    rows[0][0].parse().expect("it has a lock")
}

/// Returns when the server has taken the lock back.
pub(super) async fn until_free(database: &Database, lock: i64) {
    let client = database.client().await;
    client.execute("SELECT pg_advisory_lock($1)", &[&lock]).await.expect("the lock becomes free");
    client.execute("SELECT pg_advisory_unlock($1)", &[&lock]).await.expect("the lock is given back");
}

#[tokio::test]
async fn a_killed_process_is_buried_at_once() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    let here = worker(&store, "here").await;
    let mut process = process(&database);
    assert_eq!(store.bury().await.expect("the server is there"), 0);
    assert!(store.claim(&request(&here)).await.expect("the worker is known").is_empty());
    let lock = lock_of(&database, "away");

    process.kill().expect("it can be killed");
    process.wait().expect("it ends");
    until_free(&database, lock).await;

    assert_eq!(store.bury().await.expect("the server is there"), 1);
    assert_eq!(store.bury().await.expect("the server is there"), 0, "nobody is buried twice");
    let claimed = store.claim(&request(&here)).await.expect("the worker is known");
    assert_eq!(claimed.iter().map(|run| run.id.clone()).collect::<Vec<_>>(), [id("r-1")]);
    assert_eq!(claimed[0].fence, 2);
}

#[tokio::test]
async fn a_stopped_process_is_not_gone() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    let here = worker(&store, "here").await;
    let mut process = process(&database);

    signal(&process, "-STOP");
    assert_eq!(store.bury().await.expect("the server is there"), 0);
    assert!(store.claim(&request(&here)).await.expect("the worker is known").is_empty());

    process.kill().expect("it can be killed");
    process.wait().expect("it ends");
}

#[tokio::test]
async fn a_worker_whose_connection_broke_comes_back_with_another_lock() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    let worker = worker(&store, "w").await;
    let claim = held(&store, "r-1", &worker).await;
    let lock = lock_of(&database, "w");
    cut(&database, lock).await;

    assert!(store.renew(&worker, HOUR).await.expect("it makes another connection").alive);
    assert_ne!(lock_of(&database, "w"), lock);
    assert_eq!(store.bury().await.expect("the server is there"), 0, "it has a lock again");
    store.advance(&claim, &boundary(1, false)).await.expect("the lease has lasted");
}

#[tokio::test]
async fn a_worker_that_was_buried_stays_buried() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    let worker = worker(&store, "w").await;
    let claim = held(&store, "r-1", &worker).await;
    cut(&database, lock_of(&database, "w")).await;
    assert_eq!(store.bury().await.expect("the server is there"), 1);

    assert!(!store.renew(&worker, HOUR).await.expect("the server is there").alive);
    let error = store.advance(&claim, &boundary(1, false)).await.expect_err("its lease is over");
    assert!(error.is_lease_lost(), "{error}");
    store.join(&WorkerId::new("w-2"), HOUR).await.expect("it joins under another name");
}

#[tokio::test]
async fn a_worker_that_leaves_gives_its_connection_back() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    let worker = worker(&store, "w").await;
    let lock = lock_of(&database, "w");
    store.leave(&worker).await.expect("the server is there");
    until_free(&database, lock).await;
    assert!(!store.renew(&worker, HOUR).await.expect("the server is there").alive);
    store.leave(&worker).await.expect("one that is not known is forgotten already");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_is_either_buried_or_back() {
    let Some(database) = postgres::database() else { return };
    let (store, other) = (open(&database).await, open(&database).await);
    for round in 0..50 {
        let worker = worker(&store, &format!("w-{round}")).await;
        cut(&database, lock_of(&database, worker.as_str())).await;
        let (renewed, buried) = tokio::join!(store.renew(&worker, HOUR), other.bury());
        let alive = renewed.expect("the server is there").alive;
        assert_eq!(buried.expect("the server is there"), u32::from(!alive), "round {round}");
        assert_eq!(store.renew(&worker, HOUR).await.expect("the server is there").alive, alive);
        store.leave(&worker).await.expect("the server is there");
    }
}

/// Ends the connection that holds this lock, as the server's operator may.
async fn cut(database: &Database, lock: i64) {
    database.execute(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_locks
         WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = {lock}"
    ));
    until_free(database, lock).await;
}
