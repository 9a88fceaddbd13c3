//! Pipes that close, colours, and text that wants to be more than text.

use std::process::Stdio;

use stepflow::ApprovalDecision;
use stepflow_store::Runs;

use crate::tool::Tool;
use crate::world::{World, refund};

crate::on_every_store![
    colours_are_for_terminals,
    what_others_wrote_does_not_steer_the_terminal,
    a_list_goes_on_where_it_ended,
];

#[tokio::test]
async fn a_pipe_that_nobody_reads_is_no_trouble() {
    let Some(world) = World::sqlite().await else { return };
    let program = world.program().await;
    refund(&program, "order-7", 7).await;
    for args in
        [&["runs"][..], &["show", "order-7"], &["--help"], &["completions", "bash"], &["show", "order-1"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = world.tool.command(args);
        let output =
            command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        let (code, said) = (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(!said.contains("panicked"), "{args:?}: {said}");
        assert_eq!(code, if args[1..] == ["order-1"] { 3 } else { 0 }, "{args:?}: {said}");
    }
    // Nobody reads what went wrong either.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = world.tool.command(&["show", "order-1"]);
    assert_eq!(command.stderr(writer).stdout(Stdio::null()).status().unwrap().code(), Some(3));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_under_the_output_is_told() {
    let Some(world) = World::sqlite().await else { return };
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = world.tool.command(&["runs"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: the result could not be written: "), "{said}");
}

async fn colours_are_for_terminals(world: World) {
    let program = world.program().await;
    refund(&program, "order-7", 7).await;
    let forced = |also: Option<&str>, args: &[&str]| {
        let mut command = world.tool.command(args);
        command.env("CLICOLOR_FORCE", "1");
        if let Some(also) = also {
            command.env(also, "1");
        }
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    for args in [&["runs"][..], &["show", "order-7"], &["pending"], &["show", "order-1"]] {
        let plain = world.tool.run(args);
        assert!(!format!("{}{}", plain.stdout, plain.stderr).contains('\u{1b}'), "{plain:?}");
        assert!(forced(None, args).contains('\u{1b}'), "{args:?}");
        assert!(!forced(Some("NO_COLOR"), args).contains('\u{1b}'), "{args:?}");
        let json: Vec<&str> = [&["--json"], args].concat();
        assert!(!forced(None, &json).lines().any(|line| line.starts_with('{') && line.contains('\u{1b}')));
    }
}

async fn what_others_wrote_does_not_steer_the_terminal(world: World) {
    let program = world.program().await;
    let run = refund(&program, "order \u{202e}7", 7).await;
    let gate = run.wait().await.unwrap().gate().unwrap();
    let decision = ApprovalDecision::deny().by("no\u{1b}]0;title\u{7}or").because("\u{9b}2J\ntwo lines");
    Runs::new(world.store.clone()).decide(&gate, decision).await.unwrap();
    run.wait().await.unwrap();
    let late = world.tool.run(&["approve", &gate.to_string(), "--by", "ana"]);
    let shown = world.tool.done(&["show", &run.id().to_string()]);
    for said in [late.stderr, shown, world.tool.done(&["runs"])] {
        let steers =
            |character: char| character != '\n' && (character.is_control() || character == '\u{202e}');
        assert!(!said.contains(steers), "{said:?}");
    }
    // Programs get what is there.
    let json = world.tool.json(&["show", &run.id().to_string()]);
    assert_eq!(json["log"][1]["by"], "no\u{1b}]0;title\u{7}or");
}

async fn a_list_goes_on_where_it_ended(world: World) {
    let program = world.program().await;
    for run in ["order-1", "order-2", "order-3"] {
        refund(&program, run, 1).await;
    }
    for list in ["runs", "pending"] {
        let page = world.tool.done(&[list, "--limit", "2"]);
        assert!(page.contains("order-3") && page.contains("order-2") && !page.contains("order-1"), "{page}");
        let after = page.lines().last().unwrap().strip_prefix("more: --after ").unwrap().to_owned();
        let page = world.tool.done(&[list, "--limit", "2", "--after", &after]);
        assert!(page.contains("order-1") && !page.contains("order-2") && !page.contains("more:"), "{page}");
        assert_eq!(world.tool.json(&[list, "--limit", "2"])["next"], after.as_str());
    }
}

#[test]
fn a_password_does_not_show_in_the_help() {
    let help = Tool::on("postgres://noor:hunter2@localhost/refunds").done(&["--help"]);
    assert!(help.contains("STEPFLOW_STORE") && !help.contains("hunter2"));
}
