//! What the tool says of itself.

use std::process::{Command, Stdio};

use expect_test::{Expect, expect};

use crate::tool::Tool;

const COMMANDS: [&str; 14] = [
    "runs",
    "show",
    "pending",
    "approve",
    "deny",
    "settle",
    "retry",
    "release",
    "cancel",
    "fork",
    "delete",
    "sweep",
    "graph",
    "completions",
];

#[track_caller]
fn check(args: &[&str], expected: Expect) {
    // Lines of spaces are not what is looked at here.
    let help: String =
        Tool::nowhere().done(args).lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    expected.assert_eq(&help);
}

#[test]
fn the_tool_explains_itself() {
    check(
        &["--help"],
        expect![[r#"
        Looks at durable runs, answers them, stops them, and sends them on their way again

        Usage: stepflow [OPTIONS] <COMMAND>

        Commands:
          runs         Lists runs, newest first
          show         Shows one run: where it is and why, its timeline, its state
          pending      Lists who waits for what: approvals, and steps of which nobody knows whether they did
                       their work
          approve      Says yes at a gate
          deny         Says no at a gate
          settle       Says whether a step that must not run twice did its work before it was broken off
          retry        Tries a failed run again, from the step that failed, by the code of the day
          release      Lets a run go on that is held
          cancel       Stops a run for good
          fork         Copies a run, to go on before one of its steps
          delete       Deletes a run that is over
          sweep        Deletes the runs that have been over for long enough
          graph        Draws the workflow of a run, from the definition that is stored with it
          completions  Writes the completions for a shell
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help
          -V, --version  Print version

        Global options:
              --store <STORE>  Where the runs are: an SQLite file that is there, or
                               postgres://user@host/database [env: STEPFLOW_STORE]
              --json           Writes JSON, for programs

        Exit status:
          0  it is done
          1  it was refused: somebody else has decided, the run is over, and so on
          2  it cannot be understood as it was typed
          3  there is no such run
          4  the store cannot be used: not there, not reachable, full, damaged
          5  the result could not be written

        With --json the result, or the refusal, is one JSON value on standard output.
        Sentences about what went wrong are on standard error.

        Environment:
          STEPFLOW_STORE  the store: keeps a password out of the list of processes
          STEPFLOW_BY     in whose name you decide, settle, cancel, and so on
          NO_COLOR        no colours; CLICOLOR_FORCE wants them in pipes too
          TZ              the time zone that times are shown in
    "#]],
    );
}

#[test]
fn a_decision_is_explained() {
    check(
        &["approve", "--help"],
        expect![[r#"
        Says yes at a gate

        Usage: stepflow approve [OPTIONS] --by <NAME> <GATE|RUN>

        Arguments:
          <GATE|RUN>  The gate, as `pending` shows it; or the run, for whatever it asks now

        Options:
              --by <NAME>      In whose name: a person's, as it is to stand in the run's log. It is never
                               taken from the account that you are logged in to [env: STEPFLOW_BY]
          -r, --reason <TEXT>  Why
          -h, --help           Print help

        Global options:
              --store <STORE>  Where the runs are: an SQLite file that is there, or
                               postgres://user@host/database [env: STEPFLOW_STORE]
              --json           Writes JSON, for programs
    "#]],
    );
}

#[test]
fn a_settlement_is_explained() {
    check(
        &["settle", "--help"],
        expect![[r#"
        Says whether a step that must not run twice did its work before it was broken off

        Usage: stepflow settle [OPTIONS] --by <NAME> <RUN> <WHAT>

        Arguments:
          <RUN>
                  The run

          <WHAT>
                  Whether the step did its work

                  Possible values:
                  - happened:       It did: the run goes on behind the step
                  - did-not-happen: It did not: the attempt is made again, under the same idempotency key

        Options:
              --output <JSON>
                  What the step returned, as JSON

              --route <KEY>
                  The route that the step took; needed where it has routes

              --by <NAME>
                  In whose name: a person's, as it is to stand in the run's log. It is never taken from the
                  account that you are logged in to

                  [env: STEPFLOW_BY]

          -h, --help
                  Print help (see a summary with '-h')

        Global options:
              --store <STORE>
                  Where the runs are: an SQLite file that is there, or postgres://user@host/database

                  [env: STEPFLOW_STORE]

              --json
                  Writes JSON, for programs
    "#]],
    );
}

#[test]
fn the_list_is_explained() {
    check(
        &["runs", "--help"],
        expect![[r#"
        Lists runs, newest first

        Usage: stepflow runs [OPTIONS]

        Options:
          -w, --workflow <NAME>  Of this workflow only
          -s, --status <STATUS>  In this status only; may be given more than once [possible values:
                                 cancelled, failed, held, paused, ready, succeeded, unsettled]
              --since <WHEN>     Added then or later: a date, a time, or an age such as 2d
              --before <WHEN>    Added before then
              --unchanged <AGE>  Not changed for that long, such as 3h
          -n, --limit <LIMIT>    How many at most [default: 50]
              --after <PLACE>    Where the page before ended, as it said there
          -h, --help             Print help

        Global options:
              --store <STORE>  Where the runs are: an SQLite file that is there, or
                               postgres://user@host/database [env: STEPFLOW_STORE]
              --json           Writes JSON, for programs
    "#]],
    );
}

#[test]
fn every_command_has_its_help_and_stands_in_the_list() {
    let list = Tool::nowhere().done(&["help"]);
    for command in COMMANDS {
        let help = Tool::nowhere().done(&[command, "--help"]);
        assert!(help.contains(&format!("Usage: stepflow {command}")), "{help}");
        assert!(list.contains(&format!("\n  {command} ")), "{command}");
    }
}

#[test]
fn there_are_completions_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Tool::nowhere().done(&["completions", shell]);
        for word in COMMANDS.iter().chain(&["json", "store"]) {
            assert!(script.contains(word), "{shell} knows no `{word}`");
        }
    }
    let bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut bash) = bash else {
        return stepflow_tests::skip("bash", "it is not here to read its completions");
    };
    let script = Tool::nowhere().done(&["completions", "bash"]);
    std::io::Write::write_all(&mut bash.stdin.take().unwrap(), script.as_bytes()).unwrap();
    let output = bash.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn it_tells_its_version() {
    let version = concat!("stepflow ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(Tool::nowhere().done(&["--version"]), version);
}
