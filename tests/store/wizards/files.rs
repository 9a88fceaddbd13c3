//! Wizards and runs side by side, in one file and in one database.

use std::sync::Arc;

use stepflow_store::{RunQuery, SqliteStore, Store};
use stepflow_wizard::store::{WizardKey, WizardStore};
use stepflow_wizard::{Blueprint, Command, Definition, Flow, Map, Stage, Wizards};

fn tea() -> Definition {
    let stages = vec![Stage::new("kind").to("milk"), Stage::new("milk").to("done"), Stage::end("done")];
    Definition::new(Blueprint::new(Flow::new("tea", stages))).unwrap()
}

/// Begins a wizard and answers its first question.
async fn half_way(store: impl WizardStore) -> WizardKey {
    let wizards = Wizards::new(tea(), store);
    let begun = wizards.begin(&"ada".parse().unwrap(), Map::new()).await.unwrap().session;
    wizards.advance(begun.key(), 1, Command::submit([("kind", "green")])).await.unwrap();
    begun.key().clone()
}

async fn go_on(store: impl WizardStore, key: &WizardKey) {
    let wizards = Wizards::new(tea(), store);
    let session = wizards.load(key).await.unwrap();
    assert_eq!((session.state().stage(), session.revision()), ("milk", 2));
    let end = wizards.advance(key, 2, Command::submit([("milk", false)])).await.unwrap().session;
    let done = wizards.complete(key, end.submission().unwrap()).await.unwrap();
    assert_eq!(wizards.receipt(key).await.unwrap().receipt, done.receipt);
}

/// What was begun before a restart goes on after it.
#[tokio::test]
async fn a_wizard_in_a_file_survives_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db");
    let key = half_way(SqliteStore::open(&path).unwrap().wizards().await.unwrap()).await;
    let store = SqliteStore::open_existing(&path).unwrap();
    go_on(store.wizards().await.unwrap(), &key).await;
    assert!(store.list(&RunQuery::default()).await.unwrap().runs.is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_wizard_in_a_database_survives_its_process() {
    use stepflow_store::PostgresStore;
    let Some(database) = stepflow_tests::postgres::database() else { return };
    let open = || async { PostgresStore::connect(database.url()).await.unwrap().wizards().await.unwrap() };
    let key = half_way(open().await).await;
    go_on(open().await, &key).await;
}

/// Many programs that open the tables at once find them made once.
#[tokio::test(flavor = "multi_thread")]
async fn many_open_a_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = Arc::new(folder.path().join("runs.db"));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let path = Arc::clone(&path);
            tokio::spawn(
                async move { SqliteStore::open(&*path).unwrap().wizards().await.unwrap().now().await },
            )
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn many_open_a_database_at_once() {
    use stepflow_store::PostgresStore;
    let Some(database) = stepflow_tests::postgres::database() else { return };
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move {
                PostgresStore::connect(&url).await.unwrap().wizards().await.unwrap().now().await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

/// A file of a later release is left alone; one that holds no wizards yet gets their tables, and runs stay.
#[tokio::test]
async fn tables_of_a_later_release_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db");
    let store = SqliteStore::open(&path).unwrap();
    store.wizards().await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute("INSERT INTO wizard_schema (version) VALUES (7)", []).unwrap();
    let error = store.wizards().await.unwrap_err();
    assert!(error.is_newer(), "{error}");
    store.list(&RunQuery::default()).await.unwrap();
}

/// What somebody edited by hand is told by wizard and column, not believed.
#[tokio::test]
async fn a_damaged_row_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db");
    let store = SqliteStore::open(&path).unwrap().wizards().await.unwrap();
    let key = half_way(store.clone()).await;
    let other = rusqlite::Connection::open(&path).unwrap();
    for (column, value) in [
        ("phase", "'asleep'"),
        ("revision", "-1"),
        ("submission", "'x'"),
        ("created_at", "9223372036854775807"),
    ] {
        let before: rusqlite::types::Value =
            other.query_row(&format!("SELECT {column} FROM wizards"), [], |row| row.get(0)).unwrap();
        other.execute(&format!("UPDATE wizards SET {column} = {value}"), []).unwrap();
        let error = store.load(&key).await.unwrap_err();
        assert!(error.is_corrupt(), "{column}: {error}");
        let text = error.to_string();
        assert!(text.contains(&format!("`{column}`")) && text.contains(&key.id.to_string()), "{text}");
        other.execute(&format!("UPDATE wizards SET {column} = ?1"), [before]).unwrap();
    }
    other.execute("UPDATE wizards SET state = zeroblob(5000000) || ''", []).unwrap();
    let error = store.load(&key).await.unwrap_err();
    assert!(error.is_corrupt() || error.is_refused(), "{error}");
}
