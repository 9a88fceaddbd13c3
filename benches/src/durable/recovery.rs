//! How soon a program goes on that was killed with many runs under way.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use stepflow::workflow;
use stepflow_store::{Runner, SqliteStore};
use tokio::sync::mpsc;

use super::{RUNTIME, folder, stop};

const RUNS: u32 = 1_000;
const ROUNDS: usize = 5;
/// Tells a process what it is to be; then the database.
const ROLE: &str = "STEPFLOW_BENCH_RECOVERY";

/// Tells when its first step began, and never ends.
struct Stuck {
    state: u32,
    told: mpsc::UnboundedSender<()>,
}

#[workflow(state = u32)]
impl Stuck {
    #[step]
    fn first(&mut self) {
        self.state += 1;
    }

    #[step]
    async fn second(&mut self) {
        let _ = self.told.send(());
        std::future::pending::<()>().await;
    }
}

/// Prints the time from the start of a process to its first step, where another was killed with 1,000 runs under
/// way.
#[expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, and reads the clock itself"
)]
pub fn print() {
    let in_earnest = env::args().any(|argument| argument == "--bench");
    let (runs, rounds) = if in_earnest { (RUNS, ROUNDS) } else { (10, 1) };
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..rounds {
        let folder = folder();
        let database = folder.path().join("runs.db");
        let begin = |arguments: &[&str]| {
            let program = env::current_exe().unwrap_or_else(|error| stop("no program", &error));
            let mut command = Command::new(program);
            command.args(arguments).env(ROLE, &database).stdout(Stdio::piped());
            if in_earnest {
                command.arg("--bench");
            }
            command.spawn().unwrap_or_else(|error| stop("no process", &error))
        };
        let listen = |child: &mut std::process::Child| {
            let lines = child.stdout.take().map(BufReader::new);
            lines
                .and_then(|lines| lines.lines().next()?.ok())
                .unwrap_or_else(|| stop("no answer", &"a process died"))
        };
        let mut killed = begin(&["--begin"]);
        listen(&mut killed);
        killed.kill().and_then(|()| killed.wait()).unwrap_or_else(|error| stop("not killed", &error));

        let start = Instant::now();
        let mut second = begin(&[]);
        listen(&mut second);
        took.push(start.elapsed());
        second.kill().and_then(|()| second.wait()).unwrap_or_else(|error| stop("not killed", &error));
    }
    took.sort();
    println!(
        "{runs} unfinished runs after a kill: first step after {:?} (median of {rounds}; at most 100 ms)",
        took[took.len() / 2]
    );
}

/// Whether this process is one of the two.
#[must_use]
pub fn is_asked() -> bool {
    env::var_os(ROLE).is_some()
}

/// Begins 1,000 runs, or goes on with them, and tells when it has come so far.
#[expect(clippy::print_stdout, reason = "its parent listens")]
pub fn act() {
    let has = |wanted: &str| env::args().any(|argument| argument == wanted);
    let (begin, runs) = (has("--begin"), if has("--bench") { RUNS } else { 10 });
    let database = env::var_os(ROLE).unwrap_or_default();
    RUNTIME.block_on(async {
        let (told, mut heard) = mpsc::unbounded_channel();
        let store = SqliteStore::open(database).unwrap_or_else(|error| stop("no store", &error));
        let make = move |state| Stuck { state, told: told.clone() };
        let runner = Runner::builder(store).register(make.clone()).concurrency(runs as usize);
        let runner = runner.start().await.unwrap_or_else(|error| stop("no runner", &error));
        let expected = if begin { runs } else { 1 };
        if begin {
            for number in 0..runs {
                let id = format!("run-{number}").parse().unwrap_or_else(|error| stop("no id", &error));
                runner.start(id, make(0)).await.unwrap_or_else(|error| stop("not started", &error));
            }
        }
        for _ in 0..expected {
            heard.recv().await;
        }
        println!("ready");
        std::future::pending::<()>().await;
    });
}
