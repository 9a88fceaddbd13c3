//! A server that goes away and comes back.

use stepflow_store::{PostgresStore, Store};
use stepflow_tests::postgres::{self, Server, Settings};

use super::support::{HOUR, boundary, held, id, new_run, open, request, worker};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_leases_and_the_store_survive_the_server() {
    for end in [Server::stop, Server::kill] {
        let Some(server) = postgres::server(Settings::default()) else { return };
        let database = server.database();
        let store = open(&database).await;
        let worker = worker(&store, "w").await;
        let claim = held(&store, "r-1", &worker).await;
        store.advance(&claim, &boundary(1, false)).await.expect("the run is held");

        end(&server);
        for _ in 0..3 {
            let error = store.advance(&claim, &boundary(2, false)).await.expect_err("nobody is there");
            assert!(error.is_unavailable() && error.is_transient(), "{error}");
            store.load(&id("r-1")).await.expect_err("nobody is there");
            store.renew(&worker, HOUR).await.expect_err("nobody is there");
        }

        server.start_again();
        // Others come first: nobody's lock is left, and nobody is gone.
        let other = open(&database).await;
        assert_eq!(other.bury().await.expect("the server is back"), 0);
        assert!(other.load(&id("r-1")).await.expect("the server is back").expect("it is kept").held);

        let run = store.load(&id("r-1")).await.expect("the pool has recovered").expect("the run is kept");
        assert_eq!((run.head.as_str(), run.state.as_str()), (r#"{"n":1}"#, r#"{"n":1}"#));
        store.advance(&claim, &boundary(2, false)).await.expect("the lease has lasted");
        assert!(store.renew(&worker, HOUR).await.expect("the pool has recovered").alive);

        // From now on the worker has a lock again, and its end is noticed.
        assert_eq!(other.bury().await.expect("the server is back"), 0);
        let lock = super::presence::lock_of(&database, "w");
        drop(store);
        super::presence::until_free(&database, lock).await;
        assert_eq!(other.bury().await.expect("the server is back"), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_of_a_busy_pool_is_replaced() {
    let Some(server) = postgres::server(Settings::default()) else { return };
    let database = server.database();
    let store = open(&database).await;
    store.create(&new_run("r-1", None)).await.expect("the run is added");
    let r_1 = id("r-1");
    let all = || futures_util::future::join_all((0..32).map(|_| store.load(&r_1)));
    for end in [Server::stop, Server::kill] {
        assert!(all().await.iter().all(Result::is_ok));
        end(&server);
        server.start_again();
        for loaded in all().await {
            loaded.expect("a look is taken again when the connection broke");
        }
    }
}

#[tokio::test]
async fn a_commit_is_on_the_disk_whatever_the_servers_default() {
    let lines = ["synchronous_commit = off", "wal_writer_delay = 10s"].map(str::to_owned).to_vec();
    let Some(server) = postgres::server(Settings { lines, ..Settings::default() }) else { return };
    let database = server.database();
    let store = open(&database).await;
    let worker = worker(&store, "w").await;
    let claim = held(&store, "r-1", &worker).await;
    for sequence in 1..=20 {
        store.advance(&claim, &boundary(sequence, false)).await.expect("the run is held");
    }
    server.kill();
    server.start_again();
    let run = open(&database).await.load(&id("r-1")).await.expect("the server is back").expect("it is kept");
    assert_eq!(run.head, r#"{"n":20}"#);
}

#[tokio::test]
async fn a_store_outlives_the_runtime_it_was_opened_in() {
    let Some(database) = postgres::database() else { return };
    let url = database.url().to_owned();
    #[expect(clippy::disallowed_methods, reason = "the other runtime ends before this one uses the store")]
    let opened = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let store = PostgresStore::connect(&url).await.expect("it opens");
            let worker = worker(&store, "w").await;
            (held(&store, "r-1", &worker).await, worker, store)
        })
    });
    let (claim, worker, store) = opened.join().expect("no panic");
    assert!(store.renew(&worker, HOUR).await.expect("it makes connections here").alive);
    store.advance(&claim, &boundary(1, true)).await.expect("the run is held");
    assert_eq!(store.claim(&request(&worker)).await.expect("the worker is known").len(), 1);
}
