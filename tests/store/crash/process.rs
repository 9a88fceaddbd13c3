//! The process that carries the run out: this very program, started again.

use std::env;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use serde_json::{Value, json};
use stepflow::{ApprovalDecision, RunId, Settlement};
use stepflow_store::{Existing, Outcome, PostgresStore, RunStatus, Runner, SqliteStore};
use stepflow_tests::postgres::Database;

use super::Kill;
use super::deadly::Deadly;
use super::journal::{Entry, Journal, Pen};
use super::workflow::{Claim, Refund, World};

/// Where the run is kept.
pub(super) enum Store {
    Postgres(Database),
    Sqlite(String),
}

impl Store {
    fn url(&self) -> &str {
        match self {
            Self::Postgres(database) => database.url(),
            Self::Sqlite(path) => path,
        }
    }
}

/// How a process ended.
pub(super) enum End {
    /// It came to the end of the run, and says what that is.
    Finished(Value),
    Killed,
}

const STORE: &str = "STEPFLOW_CRASH_STORE";
const JOURNAL: &str = "STEPFLOW_CRASH_JOURNAL";
const KILL: &str = "STEPFLOW_CRASH_KILL";
const ANSWER: &str = "the end: ";

/// Starts a process that carries the run out, and is killed there.
pub(super) fn carry_out(store: &Store, journal: &Journal, kill: Kill) -> End {
    let output = Command::new(env::current_exe().unwrap())
        .args(["crash::process::acts_if_it_is_told_to", "--exact", "--nocapture", "--test-threads=1"])
        .env(STORE, store.url())
        .env(JOURNAL, journal.path())
        .env(KILL, spelled(kill))
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let end = said.lines().find_map(|line| line.split_once(ANSWER));
    match end {
        Some((_, end)) => End::Finished(serde_json::from_str(end).unwrap()),
        None => {
            use std::os::unix::process::ExitStatusExt;
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.signal(), Some(9), "{kill:?}: {said}\n{complaint}");
            End::Killed
        }
    }
}

fn spelled(kill: Kill) -> String {
    match kill {
        Kill::Never => "never 0".to_owned(),
        Kill::BeforeCommit(nth) => format!("before {nth}"),
        Kill::AfterCommit(nth) => format!("after {nth}"),
        Kill::BodyBegun(nth) => format!("begun {nth}"),
        Kill::BodyDone(nth) => format!("done {nth}"),
    }
}

fn read(kill: &str) -> Kill {
    let (when, nth) = kill.split_once(' ').unwrap();
    let nth = nth.parse().unwrap();
    match when {
        "never" => Kill::Never,
        "before" => Kill::BeforeCommit(nth),
        "after" => Kill::AfterCommit(nth),
        "begun" => Kill::BodyBegun(nth),
        "done" => Kill::BodyDone(nth),
        other => panic!("`{other}` is no time to be killed"),
    }
}

/// No test by itself: it is the other process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_if_it_is_told_to() {
    let Ok(url) = env::var(STORE) else { return };
    let pen = Arc::new(Pen::on(env::var_os(JOURNAL).unwrap().as_ref()));
    let kill = read(&env::var(KILL).unwrap());
    let inner: Arc<dyn stepflow_store::Store> = if url.starts_with("postgres") {
        Arc::new(PostgresStore::connect(&url).await.unwrap())
    } else {
        Arc::new(SqliteStore::open(&url).unwrap())
    };
    let store = Deadly { inner, pen: pen.clone(), commits: AtomicU32::new(0), kill };
    let world = World { pen: pen.clone(), bodies: Arc::new(AtomicU32::new(0)), kill };
    let made = world.clone();
    let runner = Runner::builder(store)
        .register(move |state| Refund { state, world: made.clone() })
        .poll(Duration::from_millis(5))
        .start()
        .await
        .unwrap();
    let id: RunId = "order-1047".parse().unwrap();
    let run =
        runner.start(id.clone(), Refund { state: Claim::default(), world }).if_exists(Existing::Return).await;
    let run = run.unwrap();
    let outcome = loop {
        let outcome = run.wait().await.unwrap();
        match outcome.status() {
            RunStatus::Paused => {
                let decision = ApprovalDecision::approve().by("noor");
                runner.runs().decide(&outcome.gate().unwrap(), decision).await.unwrap();
            }
            RunStatus::Unsettled => {
                // The person who settles it looks into the books.
                let journal = std::fs::read_to_string(env::var_os(JOURNAL).unwrap()).unwrap();
                let paid = journal.contains("Paid");
                let settlement = if paid { Settlement::happened() } else { Settlement::DidNotHappen };
                runner.runs().settle(&id, settlement, "noor").await.unwrap();
                pen.write(&Entry::Settled);
            }
            _ => break outcome,
        }
    };
    println!("{ANSWER}{}", end(&outcome));
    runner.drain(Duration::from_secs(5)).await;
}

/// Everything about the end but dates.
fn end(outcome: &Outcome) -> Value {
    fn scrub(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|key, _| !key.ends_with("_at"));
                fields.values_mut().for_each(scrub);
            }
            Value::Array(values) => values.iter_mut().for_each(scrub),
            _ => {}
        }
    }
    let state: Value = serde_json::from_str(outcome.state_json()).unwrap();
    let mut end = json!({ "status": outcome.status(), "state": state, "record": outcome.record() });
    scrub(&mut end);
    end
}
