//! Texts that are too large, and things that make no sense, on every store that needs no server.

use std::sync::Arc;

use stepflow_store::{
    Advance, Change, DefinitionText, Limits, MemoryStore, NewEvent, NewRun, NewVisit, SqliteOptions, Store,
    StoreError, WorkerId,
};

use crate::support::{HOUR, boundary, event, held, id, new_run, visit, worker};

fn stores(limits: &Limits) -> [Arc<dyn Store>; 2] {
    let sqlite = SqliteOptions::new().limits(limits.clone()).in_memory().expect("there is memory");
    [Arc::new(MemoryStore::new().limits(limits.clone())), Arc::new(sqlite)]
}

fn small() -> Limits {
    Limits { state: 100, head: 90, result: 80, event: 70, definition: 60, name: 50, depth: 5, rows: 4 }
}

/// JSON of this many bytes.
fn json(bytes: usize) -> String {
    format!("\"{}\"", "x".repeat(bytes - 2))
}

#[tokio::test]
async fn what_fits_is_kept() {
    for store in stores(&small()) {
        let run = NewRun {
            workflow: "w".repeat(50),
            definition: DefinitionText { key: "k".repeat(50), fingerprint: "f".repeat(50), json: json(60) },
            head: json(90),
            step: Some("s".repeat(50)),
            visits: vec![NewVisit { result: json(80), state: Some(json(100)), ..visit(0) }],
            event: NewEvent { by: Some("b".repeat(50)), data: json(70), ..event("created") },
            ..new_run("order-1", None)
        };
        store.create(&run).await.expect("all of it fits");
        let deep = Change { head: Some("[[[[[]]]]]".into()), ..Change::default() };
        assert!(store.amend(&run.id, 1, &deep).await.expect("five deep is allowed"));
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_names_the_limit() {
    let long = || "x".repeat(51);
    let base = || new_run("order-1", None);
    let runs = [
        (NewRun { workflow: long(), ..base() }, "name"),
        (NewRun { step: Some(long()), ..base() }, "name"),
        (NewRun { head: json(91), ..base() }, "head"),
        (NewRun { hold: Some("x".repeat(91)), ..base() }, "head"),
        (NewRun { head: "[[[[[[]]]]]]".into(), ..base() }, "depth"),
        (
            NewRun { definition: DefinitionText { json: json(61), ..base().definition }, ..base() },
            "definition",
        ),
        (NewRun { visits: vec![NewVisit { state: Some(json(101)), ..visit(0) }], ..base() }, "state"),
        (NewRun { visits: vec![NewVisit { result: json(81), ..visit(0) }], ..base() }, "result"),
        (NewRun { event: NewEvent { data: json(71), ..event("created") }, ..base() }, "event"),
        (NewRun { event: NewEvent { gate: Some(long()), ..event("created") }, ..base() }, "name"),
        (NewRun { worker: Some(WorkerId::new(long())), ..base() }, "name"),
    ];
    for store in stores(&small()) {
        for (run, limit) in &runs {
            refused(store.create(run).await.map(|_| ()), limit);
            assert_eq!(store.load(&run.id).await.expect("it can be read"), None);
        }
        refused(store.join(&WorkerId::new(long()), HOUR).await, "name");
    }
}

#[tokio::test]
async fn what_grows_too_large_is_refused_and_changes_nothing() {
    for store in stores(&small()) {
        let claim = held(&*store, "order-1", &worker(&*store, "w").await).await;
        let before = store.load(&claim.run).await.expect("it can be read").expect("it is there");
        let steps = [
            (Advance { head: json(91), ..boundary(1) }, "head"),
            (Advance { step: Some("x".repeat(51)), ..boundary(1) }, "name"),
            (
                Advance { visit: Some(NewVisit { state: Some(json(101)), ..visit(1) }), ..boundary(1) },
                "state",
            ),
            (Advance { event: Some(NewEvent { data: json(71), ..event("x") }), ..boundary(1) }, "event"),
            (boundary(5), "rows"),
        ];
        for (step, limit) in &steps {
            refused(store.advance(&claim, step).await.map(|_| ()), limit);
        }
        let changes = [
            (Change { answer: Some(Some(json(91))), ..Change::default() }, "head"),
            (Change { hold: Some(Some("x".repeat(91))), ..Change::default() }, "head"),
            (Change { cancel: Some(Some("x".repeat(91))), ..Change::default() }, "head"),
            (
                Change {
                    event: Some(NewEvent { by: Some("x".repeat(51)), ..event("x") }),
                    ..Change::default()
                },
                "name",
            ),
            (Change { visit: Some(visit(5)), ..Change::default() }, "rows"),
        ];
        for (change, limit) in &changes {
            refused(store.amend(&claim.run, before.version, change).await.map(|_| ()), limit);
        }
        assert_eq!(store.load(&claim.run).await.expect("it can be read"), Some(before));
        for sequence in 1..=4 {
            store.advance(&claim, &boundary(sequence)).await.expect("it fits");
        }
    }
}

#[tokio::test]
async fn a_log_does_not_grow_for_ever() {
    for store in stores(&small()) {
        store.create(&new_run("order-1", None)).await.expect("it is added");
        for version in 1..=3 {
            let change = Change { event: Some(event("noted")), ..Change::default() };
            assert!(store.amend(&id("order-1"), version, &change).await.expect("there is room"));
        }
        let change = Change { event: Some(event("noted")), ..Change::default() };
        refused(store.amend(&id("order-1"), 4, &change).await.map(|_| ()), "rows");
        assert_eq!(store.events(&id("order-1")).await.expect("it can be read").len(), 4);
    }
}

#[track_caller]
fn refused(result: Result<(), StoreError>, limit: &str) {
    let error = result.expect_err("it is too much");
    assert!(error.is_refused() && !error.is_transient(), "{error}");
    assert!(error.to_string().contains(&format!("`Limits::{limit}`")), "{limit}: {error}");
}
