//! The tables: made once, and only where they may be.

use std::sync::Arc;

use stepflow_store::{PostgresStore, RunQuery, Store};
use stepflow_tests::postgres;
use tokio::sync::Barrier;

use super::support::{id, new_run, open};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_open_at_once_and_one_makes_the_tables() {
    let Some(database) = postgres::database() else { return };
    let start = Arc::new(Barrier::new(10));
    let opening: Vec<_> = (0..10)
        .map(|_| {
            let (start, url) = (Arc::clone(&start), database.url().to_owned());
            tokio::spawn(async move {
                start.wait().await;
                PostgresStore::connect(&url).await
            })
        })
        .collect();
    for opened in opening {
        opened.await.expect("no panic").expect("each of them opens the store");
    }
    assert_eq!(database.query("SELECT version FROM stepflow.schema_version"), [["1"]]);
}

#[tokio::test]
async fn a_store_is_opened_again() {
    let Some(database) = postgres::database() else { return };
    open(&database).await.create(&new_run("r-1", None)).await.expect("the run is added");
    let run = open(&database).await.load(&id("r-1")).await.expect("the database answers");
    assert_eq!(run.expect("the run is kept").head, r#"{"n":0}"#);
}

#[tokio::test]
async fn tables_of_a_later_release_are_left_alone() {
    let Some(database) = postgres::database() else { return };
    drop(open(&database).await);
    database.execute("INSERT INTO stepflow.schema_version VALUES (99)");
    for opened in
        [PostgresStore::connect(database.url()).await, PostgresStore::connect_existing(database.url()).await]
    {
        let error = opened.expect_err("a later release was here");
        assert!(error.is_newer(), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_made_in_a_database_that_has_to_exist() {
    let Some(database) = postgres::database() else { return };
    let tables = "SELECT count(*) FROM pg_namespace WHERE nspname = 'stepflow'";
    let error = PostgresStore::connect_existing(database.url()).await.expect_err("nothing is there");
    assert!(error.is_refused(), "{error}");
    assert!(error.to_string().contains("has no runs of stepflow in its schema `stepflow`"), "{error}");
    assert_eq!(database.query(tables), [["0"]]);

    drop(open(&database).await);
    PostgresStore::connect_existing(database.url()).await.expect("now it is there");
}

#[tokio::test]
async fn a_schema_may_have_any_name() {
    let Some(database) = postgres::database() else { return };
    let names = ["two words", "quoted\"; DROP SCHEMA public; --", "public", "Größe", "a,b"];
    for name in names {
        let store = PostgresStore::builder(database.url()).schema(name).connect().await.expect("it is made");
        store.create(&new_run("r-1", None)).await.expect("the run is added");
        let runs = store.list(&RunQuery::default()).await.expect("the database answers").runs;
        assert_eq!(runs.len(), 1, "each schema has runs of its own: {name}");
    }
    let made = database.query("SELECT schemaname FROM pg_tables WHERE tablename = 'runs' ORDER BY 1");
    let mut names: Vec<_> = names.iter().map(|name| vec![(*name).to_owned()]).collect();
    names.sort();
    let mut made = made;
    made.sort();
    assert_eq!(made, names);
}

#[tokio::test]
async fn names_with_a_meaning_of_their_own_are_no_schemas() {
    let long = "x".repeat(64);
    for name in ["", "$user", "pg_temp", "pg_runs", &long] {
        let opened = PostgresStore::builder("postgresql://db.example/x").schema(name).connect().await;
        let error = opened.expect_err("the name has a meaning, or is cut");
        assert!(error.is_refused() && error.to_string().contains(name), "{error}");
    }
}

#[tokio::test]
async fn a_role_with_few_rights_uses_what_was_made_for_it() {
    let Some(server) = postgres::server(postgres::Settings::default()) else { return };
    let database = server.database();
    let mine = server.url(database.name()).replace("user=stepflow", "user=clerk&password=pw");
    database.execute("CREATE ROLE clerk LOGIN PASSWORD 'pw'");

    let error = PostgresStore::connect(&mine).await.expect_err("it may not make a schema");
    assert!(error.is_read_only(), "{error}");
    assert!(error.to_string().contains("role `clerk` has not the rights it needs"), "{error}");

    database.execute("CREATE SCHEMA stepflow AUTHORIZATION clerk");
    let store = PostgresStore::connect(&mine).await.expect("tables are made in the schema that is there");
    store.create(&new_run("r-1", None)).await.expect("the run is added");

    database.execute(
        "CREATE ROLE reader LOGIN PASSWORD 'pw'; GRANT USAGE ON SCHEMA stepflow TO reader;
         GRANT SELECT ON ALL TABLES IN SCHEMA stepflow TO reader",
    );
    let reader =
        PostgresStore::connect(&mine.replace("clerk", "reader")).await.expect("nothing is to be made");
    assert!(reader.load(&id("r-1")).await.expect("it may read").is_some());
    let error = reader.create(&new_run("r-2", None)).await.expect_err("it may not write");
    assert!(error.is_read_only(), "{error}");
}
