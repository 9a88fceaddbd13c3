//! What a file holds, row by row.

use rusqlite::Connection;
use stepflow_store::{Change, DefinitionText, RunStatus, SqliteStore, Store};

use crate::support::{boundary, event, held, new_run, visit, worker};

/// Numbers of rows: definitions, runs, visits, events.
type Rows = [i64; 4];

fn rows(folder: &tempfile::TempDir) -> Rows {
    let connection = Connection::open(folder.path().join("runs.db")).expect("it opens");
    [
        "SELECT count(*) FROM definitions",
        "SELECT count(*) FROM runs",
        "SELECT count(*) FROM visits",
        "SELECT count(*) FROM events",
    ]
    .map(|count| connection.query_row(count, [], |row| row.get(0)).expect("there is such a table"))
}

#[tokio::test]
async fn what_is_deleted_leaves_no_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("runs.db")).expect("it is made");
    let worker = worker(&store, "w").await;
    for name in ["order-1", "order-2", "order-3"] {
        let claim = held(&store, name, &worker).await;
        for sequence in 1..=5 {
            store.advance(&claim, &boundary(sequence)).await.expect("it holds it");
        }
        let mut last = boundary(5);
        (last.status, last.release, last.event) = (RunStatus::Failed, true, Some(event("noted")));
        store.advance(&claim, &last).await.expect("it holds it");
    }
    assert_eq!(rows(&folder), [1, 3, 18, 6], "a visit that is written again is one");

    let run = store.load(&new_run("order-1", None).id).await.expect("it can be read").expect("it is there");
    let shorter = Change { forget_from: Some(3), visit: Some(visit(3)), ..Change::default() };
    assert!(store.amend(&run.id, run.version, &shorter).await.expect("it can be written"));
    assert_eq!(rows(&folder), [1, 3, 16, 6]);

    assert!(store.delete(&run.id, run.version + 1).await.expect("it can be written"));
    assert_eq!(rows(&folder), [1, 2, 12, 4]);
    while rows(&folder) != [0; 4] {
        store.sweep(std::time::Duration::ZERO, 1).await.expect("it can be written");
    }
}

#[tokio::test]
async fn a_definition_is_kept_once_and_for_as_long_as_it_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("runs.db")).expect("it is made");
    for name in ["order-1", "order-2"] {
        store.create(&new_run(name, None)).await.expect("it is added");
    }
    assert_eq!(rows(&folder), [1, 2, 2, 2]);
    let newer = DefinitionText { key: "k2".into(), fingerprint: "f".into(), json: "{}".into() };
    for (name, expected) in [("order-1", 2), ("order-2", 1)] {
        let change = Change { definition: Some(newer.clone()), ..Change::default() };
        assert!(store.amend(&new_run(name, None).id, 1, &change).await.expect("it can be written"));
        assert_eq!(rows(&folder)[0], expected);
    }
}
