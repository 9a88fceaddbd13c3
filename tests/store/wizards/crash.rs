//! A process is killed with SIGKILL before, while and after a submission is taken, and another goes on: the workflow
//! that it starts is started once, by the name of the submission.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, workflow};
use stepflow_store::{PostgresStore, RunQuery, RunStatus, Runner, SqliteStore, Store};
use stepflow_tests::postgres;
use stepflow_wizard::store::{Phase, SubmissionId, WizardKey, WizardStore};
use stepflow_wizard::{
    Blueprint, Definition, Flow, Keeping, Map, Receipt, Stage, Submission, Wizards, WizardsBuilder,
    WizardsError,
};

use super::deadly::{Deadly, die};
use crate::crash::journal::{Entry, Journal, Pen};

/// Where the first process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kill {
    Never,
    /// Of the two that a submission makes: the first says that it is being taken, the second that it was.
    BeforeChange(u32),
    AfterChange(u32),
    /// When it is handed over, before the workflow is started.
    Handed,
    /// When the workflow is started.
    Started,
}

const POINTS: [Kill; 6] = [
    Kill::BeforeChange(1),
    Kill::AfterChange(1),
    Kill::Handed,
    Kill::Started,
    Kill::BeforeChange(2),
    Kill::AfterChange(2),
];

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Cup {
    kind: String,
}

struct Brew {
    state: Cup,
    pen: Arc<Pen>,
}

#[workflow(state = Cup)]
impl Brew {
    #[step]
    fn pay(&mut self, ctx: &mut RunContext<'_>) {
        self.pen.write(&Entry::Paid { key: ctx.idempotency_key() });
    }

    #[step]
    fn pour(&mut self) {
        self.state.kind.push_str(", poured");
    }
}

/// A runs' store and a wizards' store in the same place.
struct Place {
    runs: Arc<dyn Store>,
    wizards: Arc<dyn WizardStore>,
}

impl Place {
    async fn open(url: &str) -> Self {
        if url.starts_with("postgres") {
            let store = PostgresStore::connect(url).await.unwrap();
            let wizards = store.wizards().await.unwrap();
            return Self { wizards: Arc::new(wizards), runs: Arc::new(store) };
        }
        let store = SqliteStore::open(url).unwrap();
        let wizards = store.wizards().await.unwrap();
        Self { wizards: Arc::new(wizards), runs: Arc::new(store) }
    }
}

fn builder(store: impl WizardStore) -> WizardsBuilder {
    let tea = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
    // Nobody else completes it here: the dead leave nothing to wait for.
    let keeping = Keeping { lease: Duration::ZERO, ..Keeping::default() };
    Wizards::builder(Definition::new(Blueprint::new(tea)).unwrap(), store).keeping(keeping)
}

#[tokio::test]
async fn a_submission_on_sqlite_survives_a_kill_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    for (number, kill) in POINTS.into_iter().enumerate() {
        let path = folder.path().join(format!("{number}.db")).display().to_string();
        survive(&path, kill).await;
    }
}

#[tokio::test]
async fn a_submission_on_postgresql_survives_a_kill_anywhere() {
    let Some(server) = postgres::server(postgres::Settings::default()) else { return };
    for kill in POINTS {
        let database = server.database();
        survive(database.url(), kill).await;
    }
}

async fn survive(url: &str, kill: Kill) {
    let (place, journal) = (Place::open(url).await, Journal::new());
    let wizards = builder(place.wizards.clone()).build();
    let begun = wizards.begin(&"ada".parse().unwrap(), Map::new()).await.unwrap().session;
    let answer = stepflow_wizard::Command::submit([("kind", "green")]);
    let end = wizards.advance(begun.key(), 1, answer).await.unwrap().session;
    let (key, name) = (end.key(), end.submission().unwrap());

    assert_eq!(carry_out(url, key, name, &journal.path(), kill), None, "{kill:?}: it was to be killed");
    // Nothing is half done: it is open, or being taken, or it was.
    let kept = place.wizards.load(key).await.unwrap().unwrap();
    let phase = match kill {
        Kill::BeforeChange(1) => Phase::Open,
        Kill::AfterChange(2) => Phase::Done,
        _ => Phase::Completing,
    };
    assert_eq!((kept.phase, kept.submission), (phase, Some(name)), "{kill:?}");
    assert_eq!(
        kept.state.is_some(),
        phase != Phase::Done,
        "{kill:?}: the answers are there until it was taken"
    );
    if phase == Phase::Completing {
        let late = wizards.advance(key, kept.revision, stepflow_wizard::Command::Restart).await;
        assert!(matches!(late, Err(WizardsError::Completing)), "{kill:?}: {late:?}");
    }

    let receipt = carry_out(url, key, name, &journal.path(), Kill::Never);
    assert_eq!(receipt.as_deref(), Some(name.to_string().as_str()), "{kill:?}");
    let runs = place.runs.list(&RunQuery::default()).await.unwrap().runs;
    let runs: Vec<_> = runs.iter().map(|run| (run.id.to_string(), run.status)).collect();
    assert_eq!(runs, [(name.to_string(), RunStatus::Succeeded)], "{kill:?}: it was started once");
    let mut paid: Vec<_> = journal.entries();
    paid.dedup();
    assert_eq!(paid.len(), 1, "{kill:?}: {paid:?}");
    assert_eq!(place.wizards.load(key).await.unwrap().unwrap().state, None, "{kill:?}: the answers are gone");
}

const STORE: &str = "STEPFLOW_WIZARD_CRASH_STORE";
const JOURNAL: &str = "STEPFLOW_WIZARD_CRASH_JOURNAL";
const WHO: &str = "STEPFLOW_WIZARD_CRASH_WHO";
const KILL: &str = "STEPFLOW_WIZARD_CRASH_KILL";
const ANSWER: &str = "the receipt: ";

/// Starts a process that submits the wizard and is killed there, or says what the receipt is.
fn carry_out(url: &str, key: &WizardKey, name: SubmissionId, journal: &Path, kill: Kill) -> Option<String> {
    let output = Command::new(env::current_exe().unwrap())
        .args(["wizards::crash::acts_if_it_is_told_to", "--exact", "--nocapture", "--test-threads=1"])
        .env(STORE, url)
        .env(JOURNAL, journal)
        .env(WHO, format!("{} {} {name}", key.owner.as_str(), key.id))
        .env(
            KILL,
            POINTS.iter().position(|point| *point == kill).map_or_else(String::new, |at| at.to_string()),
        )
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let receipt =
        said.lines().find_map(|line| line.split_once(ANSWER)).map(|(_, receipt)| receipt.to_owned());
    if receipt.is_none() {
        use std::os::unix::process::ExitStatusExt;
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(9), "{kill:?}: {said}\n{complaint}");
    }
    receipt
}

/// No test by itself: it is the other process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_if_it_is_told_to() {
    let Ok(url) = env::var(STORE) else { return };
    let pen = Arc::new(Pen::on(env::var_os(JOURNAL).unwrap().as_ref()));
    let kill = env::var(KILL).unwrap().parse::<usize>().map_or(Kill::Never, |at| POINTS[at]);
    let who = env::var(WHO).unwrap();
    let mut who = who.split(' ');
    let owner = who.next().unwrap().parse().unwrap();
    let key = WizardKey { owner, id: who.next().unwrap().parse().unwrap() };
    let name: SubmissionId = who.next().unwrap().parse().unwrap();

    let place = Place::open(&url).await;
    let made = Arc::clone(&pen);
    let runner = Runner::builder(place.runs)
        .register(move |state| Brew { state, pen: Arc::clone(&made) })
        .poll(Duration::from_millis(5))
        .start()
        .await
        .unwrap();
    let runner = Arc::new(runner);
    let store = Deadly { inner: place.wizards, changes: AtomicU32::new(0), kill };
    let starts = Arc::clone(&runner);
    let wizards = builder(store)
        .on_submit(move |submission: Submission| {
            let (runner, pen) = (Arc::clone(&starts), Arc::clone(&pen));
            async move {
                if kill == Kill::Handed {
                    die();
                }
                let kind = submission.data["kind"].to_string();
                let run = runner
                    .start(submission.id.to_string().parse()?, Brew { state: Cup { kind }, pen })
                    .await?;
                if kill == Kill::Started {
                    die();
                }
                Ok(Receipt::new(run.id().to_string()))
            }
        })
        .build();
    // Who comes back finds it done, or has it done; whatever else was broken off is done at the start.
    for (other, result) in wizards.complete_interrupted().await.unwrap() {
        assert_eq!((other, result.unwrap().submission), (key.clone(), name));
    }
    let submitted = wizards.complete(&key, name).await.unwrap();
    let run = runner.run(name.to_string().parse().unwrap());
    run.wait().await.unwrap();
    println!("{ANSWER}{}", submitted.receipt.reference);
    runner.drain(Duration::from_secs(5)).await;
}
