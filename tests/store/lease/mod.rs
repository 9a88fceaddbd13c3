//! A process that was stopped for longer than its lease commits nothing; one that is gone is taken over at once.

mod process;

use rustix::process::{Pid, Signal, kill_process};
use stepflow_tests::postgres;

use self::process::{Worker, look};
use crate::crash::journal::{Entry, Journal};

#[test]
fn a_process_that_was_stopped_past_its_lease_commits_nothing_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    stopped(&folder.path().join("runs.db").display().to_string());
}

#[test]
fn a_process_that_was_stopped_past_its_lease_commits_nothing_on_postgresql() {
    let Some(database) = postgres::database() else { return };
    stopped(database.url());
}

#[test]
fn a_process_that_was_killed_is_taken_over_without_waiting_for_its_lease_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    killed(&folder.path().join("runs.db").display().to_string());
}

#[test]
fn a_process_that_was_killed_is_taken_over_without_waiting_for_its_lease_on_postgresql() {
    let Some(database) = postgres::database() else { return };
    killed(database.url());
}

fn stopped(store: &str) {
    let journal = Journal::new();
    let mut first = Worker::start("first", store, &journal, 1_000);
    first.hear("in the body");
    signal(&first, Signal::STOP);

    // The second takes the run when the lease of the first is over, and brings it to its end.
    let mut second = Worker::start("second", store, &journal, 1_000);
    second.hear("in the body");
    second.go_on();
    second.hear("succeeded with [\"first by second\",\"second by second\"]");
    let before = look(store);

    // The first wakes up inside its body, and does not know that it is late.
    signal(&first, Signal::CONT);
    first.go_on();
    first.hear_both("lost the run", "succeeded with [\"first by second\",\"second by second\"]");
    second.stop();
    first.stop();
    assert_eq!(look(store), before, "the run that was finished elsewhere is unharmed");

    let begun = |entry: &Entry| matches!(entry, Entry::Begun { key, .. } if key == "order-7/first/1");
    let entries = journal.entries();
    assert_eq!(entries.iter().filter(|entry| begun(entry)).count(), 2, "under the same key: {entries:#?}");
    let second = |entry: &Entry| matches!(entry, Entry::Begun { key, .. } if key == "order-7/second/1");
    assert_eq!(entries.iter().filter(|entry| second(entry)).count(), 1, "{entries:#?}");
}

fn killed(store: &str) {
    let journal = Journal::new();
    let an_hour = 3_600_000;
    let mut first = Worker::start("first", store, &journal, an_hour);
    first.hear("in the body");
    signal(&first, Signal::KILL);
    first.reap();

    // Its lease lasts an hour. Nobody waits for that.
    let mut second = Worker::start("second", store, &journal, an_hour);
    second.hear("in the body");
    second.go_on();
    second.hear("succeeded with [\"first by second\",\"second by second\"]");
    second.stop();
}

fn signal(worker: &Worker, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(worker.pid()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}
