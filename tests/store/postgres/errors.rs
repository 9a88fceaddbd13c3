//! What a tired person reads when something is wrong, and what a program makes of it.

use std::time::Duration;

use stepflow_store::{Change, ClaimRequest, PostgresStore, Store, StoreError};
use stepflow_tests::postgres::{self, Settings};

use super::support::{HOUR, boundary, held, id, new_run, open, request, told, worker};

/// A password that no error may tell.
const PASSWORD: &str = "p@:/ ?#[]%25'\"\\&=ü";
const ENCODED: &str = "p%40%3A%2F%20%3F%23%5B%5D%2525%27%22%5C%26%3D%C3%BC";

#[tokio::test]
async fn what_cannot_be_reached_is_named_without_the_password() {
    let Some(server) = postgres::server(Settings::default()) else { return };
    let database = server.database();
    let (name, host) = (database.name(), server.host().display().to_string());
    database.execute(&format!(
        "CREATE ROLE clerk LOGIN PASSWORD '{}'; GRANT CREATE ON DATABASE {name} TO clerk;
         CREATE ROLE single LOGIN PASSWORD 'pw' CONNECTION LIMIT 0",
        PASSWORD.replace('\'', "''"),
    ));
    let nowhere = tempfile::tempdir().expect("a folder");
    let nowhere = nowhere.path().display();
    let url = |user: &str, password: &str, name: &str, host: &str| {
        format!("postgresql://{user}:{password}@/{name}?host={host}")
    };
    PostgresStore::connect(&url("clerk", ENCODED, name, &host)).await.expect("the password is right");

    let check = async |url: String, parts: &[&str]| {
        let error = PostgresStore::connect(&url).await.expect_err("it cannot be opened");
        assert!(error.is_unavailable(), "{error}");
        let text = error.to_string();
        for part in parts {
            assert!(text.contains(part), "`{part}` in: {text}");
        }
        let told = told(&error);
        for secret in [PASSWORD, ENCODED, "p@:/", "p%40"] {
            assert!(!told.contains(secret), "{told}");
        }
    };
    check(url("clerk", ENCODED, "none", &host), &["database `none`", &host, "does not exist"]).await;
    check(url("nobody", ENCODED, name, &host), &["does not let role `nobody` in", name]).await;
    check(url("clerk", "p%40", name, &host), &["does not let role `clerk` in", name]).await;
    check(url("single", "pw", name, &host), &["has no connection left"]).await;
    check(url("clerk", ENCODED, name, &nowhere.to_string()), &["cannot be reached", name]).await;
    let unknown = format!("postgresql://clerk:{ENCODED}@host.invalid/{name}");
    check(unknown, &["at host.invalid:5432 cannot be reached"]).await;
    server.stop();
    check(url("clerk", ENCODED, name, &host), &["cannot be reached", name]).await;
}

#[tokio::test]
async fn a_url_that_cannot_be_read_is_refused_without_a_word_of_it() {
    for url in [
        format!("postgresql://clerk:{PASSWORD}@db.example/refunds"),
        "postgresql://clerk:p@sSecret@db.example/refunds".to_owned(),
        "postgresql://db.example/refunds?password=p@sSecret".to_owned(),
        "mysql://clerk:p@sSecret@db.example/refunds".to_owned(),
    ] {
        let error = PostgresStore::connect(&url).await.expect_err("it cannot be read");
        assert!(error.is_refused(), "{error}");
        let told = format!("{} {:?}", told(&error), PostgresStore::builder(&url));
        for secret in ["p@", "sSecret", "[]%25"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[tokio::test]
async fn a_store_tells_nobody_its_password() {
    let Some(database) = postgres::database() else { return };
    let url = format!("{}&password=p%40sSecret", database.url());
    let store = PostgresStore::connect(&url).await.expect("it opens");
    let shown = format!("{store:?}");
    assert!(shown.contains(database.name()) && !shown.contains("sSecret"), "{shown}");
}

#[tokio::test]
async fn a_database_that_takes_no_changes_is_read() {
    let Some(database) = postgres::database() else { return };
    open(&database).await.create(&new_run("r-1", None)).await.expect("the run is added");
    database.execute(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name()));

    let store = open(&database).await;
    assert!(store.load(&id("r-1")).await.expect("it may be read").is_some());
    let error = store.create(&new_run("r-2", None)).await.expect_err("it takes no changes");
    assert!(error.is_read_only() && error.is_transient(), "{error}");
    assert!(error.to_string().contains("it is read-only"), "{error}");
}

#[tokio::test]
async fn a_statement_that_waits_too_long_is_given_up() {
    let Some(database) = postgres::database() else { return };
    let store = PostgresStore::builder(database.url()).timeout(Duration::from_secs(1)).connect().await;
    let store = store.expect("it opens");
    store.create(&new_run("r-1", None)).await.expect("the run is added");

    let other = database.client().await;
    other.batch_execute("BEGIN; SELECT FROM stepflow.runs FOR UPDATE").await.expect("the row is locked");
    let cancel = Change { cancel: Some(Some("\"me\"".into())), ..Change::default() };
    let error = store.amend(&id("r-1"), 1, &cancel).await.expect_err("somebody has the row");
    assert!(error.is_unavailable(), "{error}");
    assert!(error.to_string().contains("too busy to carry a statement out in time"), "{error}");

    other.batch_execute("ROLLBACK").await.expect("the row is let go of");
    assert!(store.amend(&id("r-1"), 1, &cancel).await.expect("the row is free"));
}

#[tokio::test]
async fn a_busy_pool_says_so_and_renews_leases_all_the_same() {
    let Some(database) = postgres::database() else { return };
    let builder = PostgresStore::builder(database.url()).timeout(Duration::from_secs(1)).pool_size(1);
    let store = builder.connect().await.expect("it opens");
    let worker = worker(&store, "w").await;
    let claim = held(&store, "r-1", &worker).await;

    let other = database.client().await;
    other.batch_execute("BEGIN; SELECT FROM stepflow.runs FOR UPDATE").await.expect("the row is locked");
    let step = boundary(1, false);
    let (advanced, looked, renewed) =
        tokio::join!(store.advance(&claim, &step), store.now(), store.renew(&worker, HOUR),);
    advanced.expect_err("somebody has the row");
    let error = looked.expect_err("the only connection is busy");
    assert!(error.is_unavailable(), "{error}");
    assert!(renewed.expect("a worker has a connection of its own").alive);
}

#[tokio::test]
async fn damage_is_told_with_its_place() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    let check = async |damage: &str, repair: &str, parts: &[&str]| {
        database.execute(&format!("SET search_path = stepflow; {damage}"));
        let error = look(&store).await.expect_err(damage);
        assert!(error.is_corrupt(), "{error}");
        for part in parts {
            assert!(error.to_string().contains(part), "`{part}` in: {error}");
        }
        database.execute(&format!("SET search_path = stepflow; {repair}"));
        look(&store).await.expect(repair);
    };
    store.create(&new_run("r-1", None)).await.expect("the run is added");
    let unchecked = "ALTER TABLE runs DROP CONSTRAINT runs_status_check; UPDATE runs SET status = 'asleep'";
    check(unchecked, "UPDATE runs SET status = 'ready'", &["run r-1", "column `status`"]).await;
    let late = "UPDATE runs SET due = '200000-01-01'";
    check(late, "UPDATE runs SET due = NULL", &["run r-1", "column `due`"]).await;
    check("UPDATE runs SET id = E'r\\n1'", "UPDATE runs SET id = 'r-1'", &["column `id`"]).await;
    let type_of_head = "ALTER TABLE runs ALTER head TYPE bytea USING head::bytea";
    let repair = "ALTER TABLE runs ALTER head TYPE text USING convert_from(head, 'UTF8')";
    check(type_of_head, repair, &["run r-1", "column `head`"]).await;
    check(
        "UPDATE visits SET sequence = 1",
        "UPDATE visits SET sequence = 0",
        &["run r-1", "column `sequence`"],
    )
    .await;
    check("UPDATE visits SET state = NULL", "UPDATE visits SET state = '{}'", &["run r-1", "column `state`"])
        .await;
    check(
        "ALTER TABLE runs RENAME TO walks",
        "ALTER TABLE walks RENAME TO runs",
        &["tables of stepflow are missing"],
    )
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_not_written_by_hand() {
    let Some(database) = postgres::database() else { return };
    open(&database).await.create(&new_run("r-1", None)).await.expect("the run is added");
    let client = database.client().await;
    for change in [
        "runs SET id = ''",
        "runs SET status = 'asleep'",
        "runs SET fence = -1",
        "runs SET taken = true",
        "runs SET due = 'infinity'",
        "runs SET definition = 'none'",
        "visits SET sequence = -1",
        "events SET number = 0",
    ] {
        let changed = client.batch_execute(&format!("SET search_path = stepflow; UPDATE {change}")).await;
        assert!(changed.is_err(), "{change}");
    }
}

#[tokio::test]
async fn a_run_that_cannot_be_read_keeps_nobody_from_the_others() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    for run in ["bare", "big", "whole"] {
        store.create(&new_run(run, None)).await.expect("the run is added");
    }
    database.execute(
        "SET search_path = stepflow;
         UPDATE visits SET state = NULL WHERE run = (SELECT key FROM runs WHERE id = 'bare');
         UPDATE runs SET head = repeat('x', 2000000) WHERE id = 'big'",
    );
    let worker = worker(&store, "w").await;
    let one = ClaimRequest { limit: 1, ..request(&worker) };
    let claimed = store.claim(&one).await.expect("the worker is known");
    assert_eq!(claimed.iter().map(|run| run.id.to_string()).collect::<Vec<_>>(), ["whole"]);
    assert!(store.claim(&one).await.expect("the worker is known").is_empty());
    let error = store.load(&id("bare")).await.expect_err("it has no state");
    assert!(error.is_corrupt(), "{error}");
    let error = store.load(&id("big")).await.expect_err("it is too large");
    assert!(error.is_refused() && error.to_string().contains("run big has 2000000 bytes"), "{error}");
}

/// Everything there is to read.
async fn look(store: &PostgresStore) -> Result<(), StoreError> {
    for run in store.list(&stepflow_store::RunQuery::default()).await?.runs {
        store.load(&run.id).await?;
        store.visits(&run.id).await?;
        store.events(&run.id).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_run_that_is_deleted_by_hand_is_nobodys() {
    let Some(database) = postgres::database() else { return };
    let store = open(&database).await;
    let worker = worker(&store, "w").await;
    let claim = held(&store, "r-1", &worker).await;
    database.execute("DELETE FROM stepflow.runs");
    assert_eq!(database.query("SELECT count(*) FROM stepflow.visits"), [["0"]]);
    let error = store.advance(&claim, &boundary(1, false)).await.expect_err("it is gone");
    assert!(error.is_lease_lost(), "{error}");
    assert!(store.claim(&request(&worker)).await.expect("the worker is known").is_empty());
}
