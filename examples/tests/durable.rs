//! Kills the durable example again and again, and answers its questions by the command-line tool while it runs.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail as a test does")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::tempdir;

/// Has cargo build a program, and says where it is. With the features of the whole workspace, as its tests are
/// built: then cargo has nothing to do after these.
fn program(target: &str, name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let profile = here.ancestors().nth(2).and_then(Path::file_name).unwrap().to_str().unwrap();
    let profile = if profile == "debug" { "dev" } else { profile };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--profile", profile, "--message-format", "json"]);
    cargo.args(["--workspace", "--all-features", target, name]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "`{name}` does not compile");
    let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let programs =
        messages.filter_map(|message| Some(PathBuf::from(message.unwrap()["executable"].as_str()?)));
    programs.into_iter().find(|program| program.file_stem().is_some_and(|stem| stem == name)).unwrap()
}

#[test]
fn durable_refunds_may_be_killed_at_any_moment_and_pays_nothing_twice() {
    let (example, tool) = (program("--example", "durable_refunds"), program("--bin", "stepflow"));
    let folder = tempdir().unwrap();
    let database = folder.path().join("refunds.db");
    let start = || -> Child {
        let mut command = Command::new(&example);
        command.arg("--database").arg(&database).args(["--bank-takes", "5"]).stdin(Stdio::null());
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    for lines in [1, 4, 9, 15] {
        let mut process = start();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        assert_eq!(said.take(lines).count(), lines, "it ended by itself");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    let process = start();
    let ask = |arguments: &[&str]| {
        let output = Command::new(&tool).arg("--store").arg(&database).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // While the example runs: both large refunds wait, sooner or later.
    let waits = |pending: &str, order: &str| pending.contains(order);
    loop {
        let pending = ask(&["pending", "--json"]);
        if waits(&pending, "order-1004") && waits(&pending, "order-1006") {
            break;
        }
    }
    ask(&["approve", "order-1004", "--by", "noor"]);
    ask(&["deny", "order-1006", "--by", "noor", "--reason", "no receipt"]);
    let late = Command::new(&tool)
        .arg("--store")
        .arg(&database)
        .args(["approve", "order-1006", "--by", "ada"])
        .output();
    let late = late.unwrap();
    assert_eq!(late.status.code(), Some(1), "{}", String::from_utf8_lossy(&late.stderr));

    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let last = said.lines().last().unwrap();
    // The denied one has its answer, and its run has succeeded.
    assert_eq!(last, "8 done, 0 not, 0 bad lines; 6 payments of 479.90 in all, 0 of them twice", "{said}");
}
