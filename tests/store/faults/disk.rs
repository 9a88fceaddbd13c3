//! Disks that are full, that can only be read, or that have spoilt the file, in the middle of a run.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use stepflow_tests::{SmallDisk, skip};

use super::process::{HOUR, Program, begun};
use crate::crash::journal::Journal;

#[test]
fn a_run_waits_while_the_disk_is_full_and_goes_on_when_there_is_room() {
    let Some(disk) = small_disk() else { return };
    let (store, journal) = (database(disk.path()), Journal::new());
    let mut program = in_the_second_body(&store, &journal);
    let ballast = fill(disk.path());
    program.go_on();
    program.hear("there is no room left on its file system");
    fs::remove_file(ballast).unwrap();
    program.hear("in third");
    program.finish(&[]);
    assert_eq!(begun(&journal), [1, 1, 1], "the body that had run is not run again");
}

#[test]
fn a_process_that_dies_on_a_full_disk_loses_the_body_and_nothing_else() {
    let Some(disk) = small_disk() else { return };
    let (store, journal) = (database(disk.path()), Journal::new());
    let mut program = in_the_second_body(&store, &journal);
    let ballast = fill(disk.path());
    program.go_on();
    program.hear("there is no room left on its file system");
    program.kill();
    fs::remove_file(ballast).unwrap();
    let mut program = Program::start(&store, &journal, HOUR);
    program.hear("in second");
    program.finish(&["third"]);
    assert_eq!(begun(&journal), [1, 2, 1]);
}

#[test]
fn a_file_that_can_only_be_read_is_told_and_the_run_goes_on_afterwards() {
    let Some(disk) = small_disk() else { return };
    let (store, journal) = (database(disk.path()), Journal::new());
    in_the_second_body(&store, &journal).kill();

    remount(disk.path(), "ro");
    let mut program = Program::start(&store, &journal, HOUR);
    let said = program.hear("refused: ");
    assert!(said.contains("runs.db can only be read"), "{said}");
    assert!(program.end().success());

    remount(disk.path(), "rw");
    let mut program = Program::start(&store, &journal, HOUR);
    program.hear("in second");
    program.finish(&["third"]);
    assert_eq!(begun(&journal), [1, 2, 1]);
}

#[test]
fn a_spoilt_file_is_told_and_its_backup_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (store, journal) = (database(folder.path()), Journal::new());
    in_the_second_body(&store, &journal).kill();
    // All that was committed, in one file.
    let connection = Connection::open(&store).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    let backup = folder.path().join("backup.db");
    fs::copy(&store, &backup).unwrap();
    let length = fs::metadata(&store).unwrap().len();

    for (from, to, complaint) in [
        (0, 100, "is no SQLite database, or its beginning is damaged"),
        (4096, length, "is damaged: restore it from a backup"),
        (0, length, "is no SQLite database, or its beginning is damaged"),
    ] {
        let file = OpenOptions::new().write(true).open(&store).unwrap();
        file.write_all_at(&vec![0xA5; usize::try_from(to - from).unwrap()], from).unwrap();
        drop(file);
        let mut program = Program::start(&store, &journal, HOUR);
        let said = program.hear("refused: ");
        assert!(said.contains("runs.db") && said.contains(complaint), "{from}..{to}: {said}");
        assert!(program.end().success());
        for file in ["runs.db-wal", "runs.db-shm"] {
            let _ = fs::remove_file(folder.path().join(file));
        }
        fs::copy(&backup, &store).unwrap();
    }

    let mut program = Program::start(&store, &journal, HOUR);
    program.hear("in second");
    program.finish(&["third"]);
    assert_eq!(begun(&journal), [1, 2, 1]);
}

fn in_the_second_body(store: &str, journal: &Journal) -> Program {
    let mut program = Program::start(store, journal, HOUR);
    program.hear("in first");
    program.go_on();
    program.hear("in second");
    program
}

fn small_disk() -> Option<SmallDisk> {
    match SmallDisk::mount(4) {
        Ok(disk) => Some(disk),
        Err(why) => {
            skip("a small disk cannot be mounted", why);
            None
        }
    }
}

fn database(folder: &Path) -> String {
    folder.join("runs.db").display().to_string()
}

/// Takes all the room that there is.
fn fill(folder: &Path) -> PathBuf {
    let ballast = folder.join("ballast");
    let mut file = File::create(&ballast).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
    ballast
}

fn remount(folder: &Path, how: &str) {
    let status = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(folder).status();
    assert!(status.unwrap().success());
}
