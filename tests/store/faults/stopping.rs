//! A process that is asked to stop, with SIGTERM.

use std::time::Duration;

use rustix::process::Signal;
use stepflow_tests::postgres;

use super::process::{HOUR, Program, begun};
use crate::crash::journal::Journal;

#[test]
fn a_process_that_is_asked_to_stop_comes_to_its_next_boundary_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    comes_to_its_next_boundary(&folder.path().join("runs.db").display().to_string());
}

#[test]
fn a_process_that_is_asked_to_stop_comes_to_its_next_boundary_on_postgresql() {
    let Some(database) = postgres::database() else { return };
    comes_to_its_next_boundary(database.url());
}

#[test]
fn a_body_that_takes_too_long_is_left_to_the_next_process_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    is_left_to_the_next_process(&folder.path().join("runs.db").display().to_string());
}

#[test]
fn a_body_that_takes_too_long_is_left_to_the_next_process_on_postgresql() {
    let Some(database) = postgres::database() else { return };
    is_left_to_the_next_process(database.url());
}

fn comes_to_its_next_boundary(store: &str) {
    let journal = Journal::new();
    let mut program = Program::start(store, &journal, HOUR);
    program.hear("in first");
    program.signal(Signal::TERM);
    program.hear("asked to stop");
    program.go_on();
    program.hear("drained: 1 saved, 0 broken off");
    assert!(program.end().success());

    // The step that had begun is done, and the next has not begun.
    let mut program = Program::start(store, &journal, HOUR);
    program.hear("in second");
    program.finish(&["third"]);
    assert_eq!(begun(&journal), [1, 1, 1]);
}

fn is_left_to_the_next_process(store: &str) {
    let journal = Journal::new();
    let mut program = Program::draining_within(store, &journal, HOUR, Duration::from_millis(20));
    program.hear("in first");
    program.signal(Signal::TERM);
    program.hear("drained: 0 saved, 1 broken off");
    assert!(program.end().success());

    // Nobody waits for the lease, which lasts an hour.
    let mut program = Program::start(store, &journal, HOUR);
    program.hear("in first");
    program.finish(&["second", "third"]);
    assert_eq!(begun(&journal), [2, 1, 1]);
}
