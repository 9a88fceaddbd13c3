//! Which files are opened, and which are left alone.

use std::path::Path;
use std::thread;

use rusqlite::Connection;
use stepflow_store::{RunQuery, SqliteOptions, SqliteStore, Store, StoreError, Synchronous};

use crate::support::{boundary, held, id, new_run, worker};

#[tokio::test]
async fn a_file_is_made_and_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    let store = SqliteStore::open(&path).expect("it is made");
    let claim = held(&store, "order-1", &worker(&store, "w").await).await;
    store.advance(&claim, &boundary(1)).await.expect("the worker holds it");
    let before = store.load(&claim.run).await.expect("it can be read");
    drop(store);

    for store in [SqliteStore::open_existing(&path), SqliteStore::open(&path)] {
        let store = store.expect("it is there");
        assert_eq!(store.load(&claim.run).await.expect("it can be read"), before);
    }
}

#[test]
fn a_file_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    let error = SqliteStore::open_existing(&path).expect_err("there is none");
    assert!(error.is_unavailable(), "{error}");
    assert_eq!(error.to_string(), format!("the database {} is not there", path.display()));
    assert!(!path.exists());
}

#[test]
fn a_file_without_tables_is_taken_only_to_be_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    std::fs::write(&path, "").expect("an empty file");
    let error = SqliteStore::open_existing(&path).expect_err("there are no runs in it");
    assert!(error.is_refused(), "{error}");
    assert_eq!(std::fs::metadata(&path).expect("it stays").len(), 0);
    SqliteStore::open(&path).expect("it is free to be used");
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    for mark in ["CREATE TABLE songs (title)", "PRAGMA application_id = 1; CREATE TABLE songs (title)"] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("songs.db");
        edit(&path, mark);
        let before = std::fs::read(&path).expect("it is there");
        for error in [SqliteStore::open(&path).err(), SqliteStore::open_existing(&path).err()] {
            let error = error.expect("it is somebody else's");
            assert!(error.is_refused(), "{error}");
            assert!(
                error.to_string().ends_with("songs.db is an SQLite database, and none of stepflow's"),
                "{error}"
            );
        }
        assert_eq!(std::fs::read(&path).expect("it is there"), before);
    }
}

#[test]
fn a_later_release_is_told_from_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    SqliteStore::open(&path).expect("it is made");
    edit(&path, "PRAGMA user_version = 99");
    for error in [SqliteStore::open(&path).err(), SqliteStore::open_existing(&path).err()] {
        let error = error.expect("nobody knows what is in it");
        assert!(error.is_newer() && !error.is_transient(), "{error}");
        assert!(error.to_string().contains("schema version 99"), "{error}");
    }
}

#[test]
fn what_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("no such folder").join("runs.db");
    std::fs::write(folder.path().join("poem.txt"), "Shall I compare thee to a summer's day? ".repeat(40))
        .expect("a file");
    type Kind = fn(&StoreError) -> bool;
    let cases: [(&Path, Kind); 3] = [
        (&nowhere, StoreError::is_unavailable),
        (folder.path(), StoreError::is_unavailable),
        (&folder.path().join("poem.txt"), StoreError::is_corrupt),
    ];
    for (path, kind) in cases {
        let error = SqliteStore::open(path).expect_err("it is no database");
        assert!(kind(&error), "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        assert!(std::error::Error::source(&error).is_some(), "{error}");
    }
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn a_path_is_a_path_whatever_it_looks_like() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["runs?mode=memory", "a b'c\"d.db", "file:x", "100%41.db", "注文.db", "-rf", "#1"] {
        let path = folder.path().join(name);
        let store = SqliteStore::open(&path).expect("it is made");
        store.create(&new_run("order-1", None)).await.expect("it can be written");
        assert!(store.load(&id("order-1")).await.expect("it can be read").is_some(), "{name}");
        assert!(path.exists(), "{name}");
    }
}

#[tokio::test]
async fn a_database_in_memory_has_no_file() {
    for store in [SqliteStore::open(":memory:"), SqliteStore::in_memory()] {
        let store = store.expect("there is memory");
        let worker = worker(&store, "w").await;
        held(&store, "order-1", &worker).await;
        assert_eq!(store.list(&RunQuery::default()).await.expect("it can be read").runs.len(), 1);
        assert_eq!(store.bury().await.expect("nobody is dead"), 0);
    }
    assert!(!Path::new(":memory:").exists());
}

#[test]
fn many_open_one_file_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    let openers: Vec<_> = (0..10)
        .map(|_| {
            let path = path.clone();
            thread::Builder::new().spawn(move || SqliteStore::open(path).map(drop)).expect("a thread")
        })
        .collect();
    for opener in openers {
        opener.join().expect("it does not panic").expect("each of them opens it");
    }
}

#[tokio::test]
async fn a_quicker_commit_is_one_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    let store = SqliteOptions::new().synchronous(Synchronous::Normal).open(&path).expect("it is made");
    store.create(&new_run("order-1", None)).await.expect("it can be written");
    let other = SqliteStore::open(&path).expect("it is there");
    assert!(other.load(&id("order-1")).await.expect("it can be read").is_some());
}

/// Changes a database that nobody has open.
pub(super) fn edit(path: &Path, sql: &str) {
    let connection = Connection::open(path).expect("SQLite opens it");
    connection.execute_batch(sql).expect("SQLite understands it");
}
