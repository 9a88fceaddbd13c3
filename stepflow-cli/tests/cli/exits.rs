//! With which status the tool leaves, and what it says then.

use std::fs;
use std::path::Path;

use crate::tool::Tool;
use crate::world::{World, refund};

/// One call: its words, its status, and what standard error has to say.
#[track_caller]
fn check(tool: &Tool, words: &str, code: i32, stderr: &str) {
    let words: Vec<&str> = words.split(' ').collect();
    let answer = tool.run(&words);
    assert_eq!(answer.code, code, "{words:?}: {answer:?}");
    if stderr.is_empty() {
        assert_eq!(answer.stderr, "", "{words:?}");
    } else {
        assert_eq!(answer.stdout, "", "{words:?}");
        let said = answer.stderr.lines().next().unwrap_or_default();
        assert!(
            said == format!("error: {stderr}") || said.starts_with(&format!("error: {stderr}")),
            "{words:?}: {said}"
        );
    }
}

crate::on_every_store![every_refusal_has_its_status_and_its_sentence];

async fn every_refusal_has_its_status_and_its_sentence(world: World) {
    let program = world.program().await;
    refund(&program, "order-7", 7).await;
    refund(&program, "order-0", 0).await;
    drop(program);

    for (words, code, stderr) in [
        ("runs", 0, ""),
        ("runs --status paused,failed --since 1h --unchanged 0s", 0, ""),
        ("show order-7", 0, ""),
        ("pending", 0, ""),
        ("graph order-7", 0, ""),
        // Refused.
        (
            "approve order-7/pay/2/1 --by noor",
            1,
            "run `order-7` does not ask that: it asks `order-7/pay/1/1` now",
        ),
        ("approve order-0 --by noor", 1, "run `order-0` asks nothing: it is failed"),
        ("deny order-0/pay/1/1 --by noor", 1, "run `order-0` is over: it is failed"),
        ("retry order-7 --by noor", 1, "run `order-7` has not failed: it is paused"),
        ("release order-7 --by noor", 1, "run `order-7` is not held: it is paused"),
        ("settle order-7 happened --by noor", 1, "run `order-7` has nothing to settle: it is paused"),
        ("cancel order-0 --by noor", 1, "run `order-0` is over: it is failed"),
        ("delete order-7", 1, "run `order-7` is not over: it is paused; cancel it first"),
        ("fork order-7 check order-0 --by noor", 1, "there is a run `order-0` already"),
        ("fork order-7 ship copy --by noor", 1, "run `order-7`: the run never came to step `ship`"),
        ("show order-7 --visit 9", 1, "run `order-7` has 2 visits, and none of the number 9"),
        // Typed in a way that cannot be understood.
        ("approve order-7", 2, "the following required arguments were not provided:"),
        ("approve order-7 --by=", 2, "invalid value '' for '--by <NAME>': a name is needed"),
        ("settle order-7 perhaps --by noor", 2, "invalid value 'perhaps' for '<WHAT>'"),
        (
            "settle order-7 did-not-happen --route a --by noor",
            2,
            "what did not happen has neither --output nor --route",
        ),
        ("settle order-7 happened --output {] --by noor", 2, "invalid value '{]' for '--output <JSON>'"),
        ("runs --status waiting", 2, "invalid value 'waiting' for '--status <STATUS>'"),
        ("runs --after nowhere", 2, "invalid value 'nowhere' for '--after <PLACE>'"),
        (
            "sweep --older-than soon",
            2,
            "invalid value 'soon' for '--older-than <AGE>': an age is such as 30d",
        ),
        ("sweep", 2, "the following required arguments were not provided:"),
        ("shwo order-7", 2, "unrecognized subcommand 'shwo'"),
        // Not found.
        ("show order-1", 3, "there is no run `order-1`"),
        ("approve order-1 --by noor", 3, "there is no run `order-1`"),
        ("approve order-1/pay/1/1 --by noor", 3, "there is no run `order-1`"),
        ("settle order-1 happened --by noor", 3, "there is no run `order-1`"),
        ("retry order-1 --by noor", 3, "there is no run `order-1`"),
        ("release order-1 --adopt --by noor", 3, "there is no run `order-1`"),
        ("cancel order-1 --by noor", 3, "there is no run `order-1`"),
        ("fork order-1 check copy --by noor", 3, "there is no run `order-1`"),
        ("delete order-1", 3, "there is no run `order-1`"),
        ("graph order-1", 3, "there is no run `order-1`"),
    ] {
        check(&world.tool, words, code, stderr);
    }
    let found = world.tool.json(&["show", "order-7"]);
    assert_eq!((&found["status"], &found["log"].as_array().unwrap().len()), (&"paused".into(), &1));
}

#[test]
fn a_store_has_to_be_named() {
    check(&Tool::nowhere(), "runs", 2, "no store was named: give --store STORE, or set STEPFLOW_STORE");
    check(&Tool::on(""), "runs", 2, "no store was named: give --store STORE, or set STEPFLOW_STORE");
    check(&Tool::on("mysql://localhost/x"), "runs", 2, "`mysql://` is no store");
}

#[test]
fn a_file_that_is_no_store_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let tool = |path: &Path| Tool::on(path.to_str().unwrap());

    let missing = path("missing.db");
    for words in ["runs", "approve order-7 --by noor", "sweep --older-than 0s", "show order-7"] {
        check(&tool(&missing), words, 4, "the database");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "`{words}` has created something");
    }

    for (name, content) in
        [("empty.db", &b""[..]), ("text.db", &b"not a database, but a text of some length\n".repeat(40)[..])]
    {
        fs::write(path(name), content).unwrap();
        let answer = tool(&path(name)).run(&["runs"]);
        assert!(answer.code == 4 && answer.stderr.contains(name), "{answer:?}");
        assert_eq!(fs::read(path(name)).unwrap(), content);
    }
    fs::create_dir(path("folder.db")).unwrap();
    assert_eq!(tool(&path("folder.db")).run(&["runs"]).code, 4);
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let tool = Tool::on("postgres://noor:hunter2@127.0.0.1:1/refunds");
    for json in [&["runs"][..], &["--json", "runs"]] {
        let answer = tool.run(json);
        assert_eq!(answer.code, 4);
        assert!(answer.stderr.contains("`refunds`") && answer.stderr.contains("127.0.0.1"), "{answer:?}");
        assert!(!format!("{answer:?}").contains("hunter2"), "{answer:?}");
    }
    let answer = tool.run(&["--json", "runs"]);
    let json: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((&json["error"], &json["transient"]), (&"store".into(), &true.into()));
}

#[cfg(unix)]
#[test]
fn a_postgres_database_without_runs_is_left_as_it_is() {
    let Some(database) = stepflow_tests::postgres::database() else { return };
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')";
    let before = database.query(tables);
    assert_eq!(Tool::on(database.url()).run(&["runs"]).code, 4);
    assert_eq!(database.query(tables), before);
}
