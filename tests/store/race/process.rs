//! The process of an approver, which also carries out what it approves: this very program, started again.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepflow::{ApprovalDecision, GateId, RunContext, workflow};
use stepflow_store::{PostgresStore, Runner, RunsError, SqliteStore, Store};

use crate::crash::journal::{Entry, Journal, Pen};

/// How many races.
pub(super) const VARIABLE: &str = "STEPFLOW_RACES";
const STORE: &str = "STEPFLOW_RACE_STORE";
const JOURNAL: &str = "STEPFLOW_RACE_JOURNAL";
const NAME: &str = "STEPFLOW_RACE_NAME";
const SAYS: &str = "says: ";

/// A run that asks one question.
#[derive(Default)]
pub(super) struct Gated {
    pub(super) state: u32,
    pub(super) pen: Option<Arc<Pen>>,
}

#[workflow(state = u32)]
impl Gated {
    #[step(approval = "Pay?", effect = once)]
    async fn pay(&mut self, ctx: &mut RunContext<'_>) {
        self.state += 1;
        if let Some(pen) = &self.pen {
            pen.write(&Entry::Begun { key: ctx.idempotency_key(), attempt: ctx.attempt() });
        }
    }
}

pub(super) async fn open(url: &str) -> Arc<dyn Store> {
    if url.starts_with("postgres") {
        Arc::new(PostgresStore::connect(url).await.unwrap())
    } else {
        Arc::new(SqliteStore::open(url).unwrap())
    }
}

/// Begins so many runs, and waits until each has asked.
pub(super) async fn questions(url: &str, races: u32) -> Vec<GateId> {
    let runner = Runner::builder(open(url).await).register(|state| Gated { state, pen: None });
    let runner = runner.start().await.unwrap();
    let mut gates = Vec::new();
    for some in (0..races).collect::<Vec<_>>().chunks(64) {
        let mut started = Vec::new();
        for nth in some {
            started
                .push(runner.start(format!("order-{nth}").parse().unwrap(), Gated::default()).await.unwrap());
        }
        for run in started {
            gates.push(run.wait().await.unwrap().gate().unwrap());
        }
    }
    // Only the approvers carry out what comes next.
    runner.drain(Duration::from_secs(20)).await;
    gates
}

/// What an approver came to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Lost { by: String, approved: bool },
    Won,
}

/// The other process, seen from the test.
pub(super) struct Approver {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Approver {
    pub(super) fn start(name: &str, store: &str, journal: &Journal) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["race::process::answers_if_it_is_asked_to", "--exact", "--nocapture", "--test-threads=1"])
            .env(STORE, store)
            .env(JOURNAL, journal.path())
            .env(NAME, name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (questions, answers) =
            (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut approver = Self { child, questions, answers };
        assert_eq!(approver.line().as_deref(), Some("ready"));
        approver
    }

    pub(super) fn ask(&mut self, gate: &GateId) {
        writeln!(self.questions, "{gate}").unwrap();
    }

    /// `None` where it was killed before it said anything.
    pub(super) fn answer(&mut self) -> Option<Answer> {
        self.line().map(|line| serde_json::from_str(&line).unwrap())
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn stop(mut self) {
        drop(self.questions);
        self.child.wait().unwrap();
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.answers.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // The test harness of that process says things too.
            if let Some((_, said)) = line.trim_end().split_once(SAYS) {
                return Some(said.to_owned());
            }
        }
    }
}

/// No test by itself: it is the other process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_if_it_is_asked_to() {
    let Ok(url) = env::var(STORE) else { return };
    let name = env::var(NAME).unwrap();
    let pen = Arc::new(Pen::on(env::var_os(JOURNAL).unwrap().as_ref()));
    let runner = Runner::builder(open(&url).await)
        .register(move |state| Gated { state, pen: Some(pen.clone()) })
        .poll(Duration::from_millis(20))
        .start()
        .await
        .unwrap();
    println!("{SAYS}ready");
    let (sender, mut questions) = tokio::sync::mpsc::channel(1);
    std::thread::Builder::new()
        .spawn(move || {
            for line in std::io::stdin().lines() {
                let Ok(line) = line else { return };
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        })
        .unwrap();
    while let Some(line) = questions.recv().await {
        let gate: GateId = line.parse().unwrap();
        let decision = if name == "ada" { ApprovalDecision::approve() } else { ApprovalDecision::deny() };
        let answer = match runner.runs().decide(&gate, decision.by(&*name)).await {
            Ok(()) => Answer::Won,
            Err(RunsError::AlreadyDecided(decided)) => {
                assert_eq!(decided.gate, gate);
                Answer::Lost { by: decided.by.clone(), approved: decided.decision.approved }
            }
            Err(error) => panic!("{gate}: {error}"),
        };
        println!("{SAYS}{}", serde_json::to_string(&answer).unwrap());
    }
    runner.drain(Duration::from_secs(20)).await;
}
