//! Files that somebody edited, and files that a disk has spoilt.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use stepflow_store::{Limits, RunQuery, SqliteOptions, SqliteStore, Store, StoreError};
use tempfile::TempDir;

use super::opening::edit;
use crate::support::{boundary, held, id, new_run, request, worker};

/// A closed database with two runs; `order-1` has visits.
async fn database() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    let store = SqliteStore::open(&path).expect("it is made");
    let worker = worker(&store, "w").await;
    let claim = held(&store, "order-1", &worker).await;
    for sequence in 1..=3 {
        store.advance(&claim, &boundary(sequence)).await.expect("the worker holds it");
    }
    store.leave(&worker).await.expect("it was there");
    store.create(&new_run("order-2", None)).await.expect("it is added");
    drop(store);
    (folder, path)
}

#[tokio::test]
async fn a_row_that_says_nothing_is_named_by_run_and_column() {
    for (sql, column) in [
        ("UPDATE runs SET status = 'doing well' WHERE id = 'order-1'", "status"),
        ("UPDATE runs SET version = -1 WHERE id = 'order-1'", "version"),
        ("UPDATE runs SET claims = 1 << 40 WHERE id = 'order-1'", "claims"),
        ("UPDATE runs SET due = 1 << 62 WHERE id = 'order-1'", "due"),
        ("UPDATE runs SET created_at = -1 << 62 WHERE id = 'order-1'", "created_at"),
        ("UPDATE runs SET updated_at = 1 << 62 WHERE id = 'order-1'", "updated_at"),
        ("UPDATE runs SET head = CAST(x'7bff' AS TEXT) WHERE id = 'order-1'", "head"),
        ("UPDATE visits SET state = CAST(x'7bff' AS TEXT) WHERE run = 1", "state"),
        ("UPDATE visits SET state = NULL", "state"),
        ("DELETE FROM visits", "state"),
        ("UPDATE visits SET before = number, state = NULL", "state"),
        ("UPDATE visits SET run = 2", "state"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM definitions", "key"),
    ] {
        let (_folder, path) = database().await;
        edit(&path, sql);
        let store = SqliteStore::open(&path).expect("the file itself is whole");
        let error = store.load(&id("order-1")).await.expect_err("it is damaged");
        assert!(error.is_corrupt() && !error.is_transient(), "{sql}: {error}");
        let text = error.to_string();
        let named = text.contains("run order-1") && text.contains(&format!("`{column}`"));
        assert!(named && text.contains("runs.db"), "{sql}: {text}");
    }
}

#[tokio::test]
async fn a_history_that_leads_nowhere_is_told() {
    for sql in [
        "UPDATE visits SET before = number",
        "UPDATE visits SET before = number + 1",
        "UPDATE visits SET before = NULL",
        "DELETE FROM visits WHERE sequence = 1 AND run = 1",
        "DELETE FROM visits WHERE sequence = 0 AND run = 1",
        "UPDATE visits SET sequence = 2 WHERE run = 1",
        "UPDATE visits SET sequence = -1 WHERE run = 1",
        "UPDATE runs SET visit = 4711",
        "UPDATE visits SET run = 2 WHERE sequence = 1",
    ] {
        let (_folder, path) = database().await;
        edit(&path, sql);
        let store = SqliteStore::open(&path).expect("the file itself is whole");
        let error = store.visits(&id("order-1")).await.expect_err("it is damaged");
        assert!(error.is_corrupt(), "{sql}: {error}");
        assert!(error.to_string().contains("order-1"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_list_names_the_run_that_it_cannot_show() {
    let (_folder, path) = database().await;
    edit(&path, "UPDATE runs SET finished_at = 1 << 62 WHERE id = 'order-2'");
    let store = SqliteStore::open(&path).expect("the file itself is whole");
    let error = store.list(&RunQuery::default()).await.expect_err("it is damaged");
    assert!(error.is_corrupt() && error.to_string().contains("`finished_at` of run order-2"), "{error}");

    edit_while_closed(store, &path, "UPDATE runs SET id = char(10) WHERE id = 'order-2'").await;
}

/// An id that none can have.
async fn edit_while_closed(store: SqliteStore, path: &Path, sql: &str) {
    drop(store);
    edit(path, sql);
    let store = SqliteStore::open(path).expect("the file itself is whole");
    let error = store.list(&RunQuery::default()).await.expect_err("it is damaged");
    assert!(error.is_corrupt() && error.to_string().contains("`id`"), "{error}");
}

#[tokio::test]
async fn a_damaged_run_does_not_keep_the_others_waiting() {
    let (_folder, path) = database().await;
    edit(&path, "UPDATE runs SET head = CAST(x'ff' AS TEXT) WHERE id = 'order-1'");
    let store = SqliteStore::open(&path).expect("the file itself is whole");
    let worker = worker(&store, "next").await;
    let claimed = store.claim(&request(&worker)).await.expect("one of them can be taken");
    assert_eq!(claimed.into_iter().map(|run| run.id).collect::<Vec<_>>(), [id("order-2")]);

    drop(store);
    edit(&path, "UPDATE runs SET head = '{}' WHERE id = 'order-1'");
    let store = SqliteStore::open(&path).expect("it is mended");
    assert!(!store.load(&id("order-1")).await.expect("it is mended").expect("it is there").held);
}

#[tokio::test]
async fn what_grew_too_large_by_hand_is_not_read() {
    let (_folder, path) = database().await;
    edit(&path, "UPDATE visits SET state = printf('%.*c', 2000, 'x') WHERE run = 1 AND sequence = 3");
    let limits = Limits { state: 1000, ..Limits::default() };
    let store = SqliteOptions::new().limits(limits).open(&path).expect("the file itself is whole");
    for error in [store.load(&id("order-1")).await.err(), store.visits(&id("order-1")).await.err()] {
        let error = error.expect("it is too large");
        assert!(error.is_refused(), "{error}");
        assert!(
            error.to_string().contains("`state` of run order-1 has 2000 bytes, and the limit is 1000"),
            "{error}"
        );
    }
}

/// Wherever a disk spoils the file, nothing panics or hangs, and what is said is said of the file.
#[tokio::test]
async fn a_spoilt_file_is_a_typed_error() {
    let (_folder, whole) = database().await;
    let length = std::fs::metadata(&whole).expect("it is there").len();
    let mut found = 0;
    let cuts = (0..length).step_by(4099).map(|at| (at, true));
    let flips = (0..length).step_by(509).map(|at| (at, false));
    for (at, cut) in cuts.chain(flips) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("runs.db");
        std::fs::copy(&whole, &path).expect("nobody has it open");
        let file = OpenOptions::new().write(true).open(&path).expect("it is there");
        if cut {
            file.set_len(at).expect("it can be cut");
        } else {
            file.write_all_at(&[0xA5; 64], at).expect("it can be written");
        }
        drop(file);
        if let Err(error) = use_all(&path).await {
            let typed =
                error.is_corrupt() || error.is_refused() || error.is_newer() || error.is_unavailable();
            assert!(typed, "{at}: {error}");
            assert!(error.is_newer() || error.to_string().contains("runs.db"), "{at}: {error}");
            found += usize::from(error.is_corrupt());
        }
    }
    assert!(found > 10, "{found}");
}

async fn use_all(path: &Path) -> Result<(), StoreError> {
    let store = SqliteStore::open(path)?;
    let worker = stepflow_store::WorkerId::new("later");
    store.list(&RunQuery::default()).await?;
    store.load(&id("order-1")).await?;
    store.visits(&id("order-1")).await?;
    store.events(&id("order-1")).await?;
    store.join(&worker, crate::support::HOUR).await?;
    for run in store.claim(&request(&worker)).await? {
        let claim = stepflow_store::Claim { run: run.id, worker: worker.clone(), fence: run.fence };
        store.advance(&claim, &boundary(9)).await.or_else(|error| match error.is_lease_lost() {
            true => Ok(stepflow_store::Advanced { cancelled: false }),
            false => Err(error),
        })?;
    }
    store.sweep(std::time::Duration::ZERO, 10).await?;
    store.leave(&worker).await
}
