//! Several processes with one file.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use stepflow_store::{RunQuery, SqliteOptions, SqliteStore, Store};

use crate::support::{HOUR, boundary, held, id, new_run, request, worker};

/// Tells a second process of this binary which file to work in.
const FILE: &str = "STEPFLOW_TEST_FILE";

/// A second process of this binary, in one of the roles below.
struct Other {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Other {
    /// Starts it, and returns when it says that it is ready.
    fn start(role: &str, file: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", "--nocapture", &format!("sqlite::processes::{role}")])
            .env(FILE, file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the process starts");
        let input = process.stdin.take().expect("its input");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        let mut other = Self { process, input, output };
        other.heard("ready");
        other
    }

    /// The rest of the next line that begins like this.
    fn heard(&mut self, word: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.output.read_line(&mut line).expect("text") > 0, "it ended without saying `{word}`");
            // The test harness may have begun the line.
            if let Some((_, rest)) = line.split_once(&format!("other: {word}")) {
                return rest.trim().to_owned();
            }
        }
    }

    fn go_on(&mut self) {
        self.input.write_all(b"go on\n").expect("it listens");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.process.id().to_string()]).status();
        assert!(status.expect("`kill` runs").success());
    }

    fn kill(&mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it ends");
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// In the second process: the file to work in.
fn file() -> Option<PathBuf> {
    std::env::var_os(FILE).map(PathBuf::from)
}

#[expect(clippy::print_stdout, reason = "the first process reads it")]
fn say(word: &str) {
    println!("other: {word}");
}

fn wait() {
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_of_another_process() {
    let Some(file) = file() else { return };
    let store = SqliteStore::open(file).expect("it opens");
    let away = worker(&store, "away").await;
    held(&store, "order-1", &away).await;
    say("ready");
    wait();
}

#[test]
fn a_writer_that_does_not_finish() {
    let Some(file) = file() else { return };
    let connection = Connection::open(file).expect("it opens");
    connection.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
    say("ready");
    wait();
    connection.execute_batch("COMMIT").expect("it may");
    say("done");
    wait();
}

/// Advances one run after the other for as long as it lives, and says what is committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_process() {
    let Some(file) = file() else { return };
    let store = SqliteStore::open(file).expect("it opens");
    let worker = worker(&store, "busy").await;
    say("ready");
    for number in 0.. {
        let claim = held(&store, &format!("order-{number}"), &worker).await;
        for sequence in 1..=20 {
            store.advance(&claim, &boundary(sequence)).await.expect("it holds it");
            say(&format!("committed {number} {sequence}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_adds_runs() {
    let Some(file) = file() else { return };
    let store = SqliteStore::open(file).expect("it opens");
    let worker = worker(&store, "away").await;
    say("ready");
    wait();
    for number in 0..100 {
        let claim = held(&store, &format!("away-{number}"), &worker).await;
        store.advance(&claim, &boundary(1)).await.expect("it holds it");
    }
    say("done");
    wait();
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("runs.db");
    (folder, path)
}

fn lock_files(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).expect("it is there");
    files
        .filter(|file| file.as_ref().expect("it is there").file_name().to_string_lossy().contains("-worker-"))
        .count()
}

#[tokio::test]
async fn a_killed_process_is_buried_at_once() {
    let (folder, path) = folder();
    let store = SqliteStore::open(&path).expect("it is made");
    let here = worker(&store, "here").await;
    let mut other = Other::start("a_worker_of_another_process", &path);
    assert_eq!(store.bury().await.expect("all live"), 0);
    assert_eq!(store.claim(&request(&here)).await.expect("the worker is known"), []);
    assert_eq!(lock_files(folder.path()), 2);

    other.kill();
    assert_eq!(store.bury().await.expect("it can be written"), 1);
    assert_eq!(store.bury().await.expect("it can be written"), 0, "nobody is buried twice");
    assert_eq!(lock_files(folder.path()), 1, "the file of the dead is gone");
    let claimed = store.claim(&request(&here)).await.expect("the worker is known");
    assert_eq!((claimed.len(), claimed[0].fence), (1, 2));

    store.leave(&here).await.expect("it was there");
    assert_eq!(lock_files(folder.path()), 0, "who leaves takes the file with them");
}

#[tokio::test]
async fn a_stopped_process_is_not_gone() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).expect("it is made");
    let here = worker(&store, "here").await;
    let other = Other::start("a_worker_of_another_process", &path);

    other.signal("-STOP");
    assert_eq!(store.bury().await.expect("all live"), 0);
    assert_eq!(store.claim(&request(&here)).await.expect("the worker is known"), []);
    assert!(store.load(&id("order-1")).await.expect("it can be read").expect("it is there").held);
}

#[tokio::test]
async fn a_worker_that_another_store_of_this_process_lost_is_buried() {
    let (_folder, path) = folder();
    let (store, other) =
        (SqliteStore::open(&path).expect("it is made"), SqliteStore::open(&path).expect("it opens"));
    let away = worker(&other, "away").await;
    held(&other, "order-1", &away).await;
    assert_eq!(store.bury().await.expect("all live"), 0);
    drop(other);
    assert_eq!(store.bury().await.expect("it can be written"), 1);
    assert!(!store.renew(&away, HOUR).await.expect("it can be written").alive);
}

#[tokio::test]
async fn who_writes_for_too_long_is_waited_for_only_so_long() {
    let (_folder, path) = folder();
    let options = SqliteOptions::new().busy_timeout(Duration::from_millis(40));
    let store = options.open(&path).expect("it is made");
    store.create(&new_run("order-1", None)).await.expect("nobody else writes");
    let mut other = Other::start("a_writer_that_does_not_finish", &path);

    let error = store.create(&new_run("order-2", None)).await.expect_err("somebody else writes");
    assert!(error.is_unavailable() && error.is_transient(), "{error}");
    assert!(error.to_string().contains("runs.db is locked: another process"), "{error}");
    assert!(store.load(&id("order-1")).await.expect("reading waits for nobody").is_some());
    let opened = options.open(&path).expect("so does opening");
    assert!(opened.load(&id("order-1")).await.expect("reading waits for nobody").is_some());

    other.go_on();
    other.heard("done");
    store.create(&new_run("order-2", None)).await.expect("nobody else writes any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_write_at_once() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path).expect("it is made");
    let here = worker(&store, "here").await;
    let mut other = Other::start("a_process_that_adds_runs", &path);
    other.go_on();
    for number in 0..100 {
        let claim = held(&store, &format!("here-{number}"), &here).await;
        store.advance(&claim, &boundary(1)).await.expect("it holds it");
    }
    other.heard("done");

    let runs =
        store.list(&RunQuery { limit: 1000, ..RunQuery::default() }).await.expect("it can be read").runs;
    assert_eq!(runs.len(), 200);
    assert!(runs.iter().all(|run| run.held && run.head == r#"{"n":1}"#));
}

/// At whatever moment the process is stopped, what lies on the disk is a database that has everything which
/// was reported as committed.
#[tokio::test]
async fn a_copy_of_any_moment_is_whole() {
    let (_folder, path) = folder();
    let mut other = Other::start("a_busy_process", &path);
    for _ in 0..25 {
        let told = other.heard("committed");
        other.signal("-STOP");
        until_stopped(&other.process);
        let copies = tempfile::tempdir().expect("a folder");
        for suffix in ["", "-wal"] {
            // By another process: closing the file in this one would take its locks away, had it any.
            let from = format!("{}{suffix}", path.display());
            let copied = Command::new("cp").arg(&from).arg(copies.path()).status().expect("`cp` runs");
            assert!(copied.success());
        }
        other.signal("-CONT");

        let (number, sequence) = told.split_once(' ').expect("two numbers");
        let sequence: u32 = sequence.parse().expect("a number");
        let copy = SqliteStore::open_existing(copies.path().join("runs.db")).expect("it is whole");
        let visits = copy.visits(&id(&format!("order-{number}"))).await.expect("it is whole");
        assert!(visits.last().is_some_and(|visit| visit.sequence >= sequence), "{told} was reported");
        drop(copy);
        let connection = Connection::open(copies.path().join("runs.db")).expect("it opens");
        let check = connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
        assert_eq!(check.as_deref(), Ok("ok"));
    }
}

/// Returns when the system has stopped the process.
fn until_stopped(process: &Child) {
    let status = format!("/proc/{}/stat", process.id());
    loop {
        let status = std::fs::read_to_string(&status).expect("it is there");
        let state = status.rsplit(") ").next().expect("a state");
        if state.starts_with('T') {
            return;
        }
        std::thread::yield_now();
    }
}
