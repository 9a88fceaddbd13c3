//! The process that carries a run out while its database fails: this very program, started again.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use stepflow::{RunContext, RunId, workflow};
use stepflow_store::{Existing, PostgresStore, Runner, SqliteStore, Store, StoreError};
use tokio::signal::unix::{SignalKind, signal};

use crate::crash::journal::{Entry, Journal, Pen};

const STORE: &str = "STEPFLOW_FAULTS_STORE";
const JOURNAL: &str = "STEPFLOW_FAULTS_JOURNAL";
const LEASE: &str = "STEPFLOW_FAULTS_LEASE_MILLIS";
const DRAIN: &str = "STEPFLOW_FAULTS_DRAIN_MILLIS";
const SAYS: &str = "says: ";

/// How long nobody has to wait for in a test: what is over then was over at once.
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);

/// A process that carries out the run, seen from the test. Each body waits until it is let go on.
pub(super) struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    said: Vec<String>,
}

impl Program {
    pub(super) fn start(store: &str, journal: &Journal, lease: Duration) -> Self {
        Self::draining_within(store, journal, lease, HOUR)
    }

    /// One that gives up after this time when it is to stop.
    pub(super) fn draining_within(store: &str, journal: &Journal, lease: Duration, drain: Duration) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "faults::process::carries_out_if_it_is_told_to",
                "--exact",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(STORE, store)
            .env(JOURNAL, journal.path())
            .env(LEASE, lease.as_millis().to_string())
            .env(DRAIN, drain.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output, said: Vec::new() }
    }

    /// Waits until it says something with this in it, and returns that.
    pub(super) fn hear(&mut self, expected: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "it ended without a word of `{expected}`: {:#?}", self.said);
            let Some((_, said)) = line.trim_end().split_once(SAYS) else { continue };
            self.said.push(said.to_owned());
            if said.contains(expected) {
                return said.to_owned();
            }
        }
    }

    /// Lets the body go on.
    pub(super) fn go_on(&mut self) {
        writeln!(self.input, "go on").unwrap();
    }

    pub(super) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end.
    pub(super) fn end(mut self) -> ExitStatus {
        drop(self.input);
        self.child.wait().unwrap()
    }

    pub(super) fn kill(self) {
        self.signal(Signal::KILL);
        assert!(!self.end().success());
    }

    /// Brings the run to its end from the body that it is in.
    pub(super) fn finish(mut self, bodies: &[&str]) {
        for body in bodies {
            self.go_on();
            self.hear(&format!("in {body}"));
        }
        self.go_on();
        self.hear("succeeded with first second third");
        assert!(self.end().success());
    }
}

/// How often each body began.
pub(super) fn begun(journal: &Journal) -> [usize; 3] {
    ["first", "second", "third"].map(|step| {
        let expected = Entry::Begun { key: format!("order-7/{step}/1"), attempt: 1 };
        journal.entries().iter().filter(|entry| **entry == expected).count()
    })
}

struct Haul {
    state: Vec<String>,
    pen: Arc<Pen>,
}

#[workflow(state = Vec<String>)]
impl Haul {
    #[step]
    fn first(&mut self, ctx: &mut RunContext<'_>) {
        self.body(ctx);
    }

    #[step]
    fn second(&mut self, ctx: &mut RunContext<'_>) {
        self.body(ctx);
    }

    #[step]
    fn third(&mut self, ctx: &mut RunContext<'_>) {
        self.body(ctx);
    }

    fn body(&mut self, ctx: &RunContext<'_>) {
        self.pen.write(&Entry::Begun { key: ctx.idempotency_key(), attempt: ctx.attempt() });
        say(&format!("in {}", ctx.step_name()));
        if std::io::stdin().lines().next().is_none() {
            // The test has seen enough; nobody lets this body go on.
            loop {
                std::thread::park();
            }
        }
        // More than a page of any database, so that there has to be room for it.
        self.state.push(format!("{} {}", ctx.step_name(), "x".repeat(100 << 10)));
    }
}

#[expect(clippy::print_stdout, reason = "the test listens to what this process says")]
fn say(what: &str) {
    println!("{SAYS}{what}");
}

async fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(if url.starts_with("postgres") {
        Arc::new(PostgresStore::connect(url).await?)
    } else {
        Arc::new(SqliteStore::open(url)?)
    })
}

fn millis(name: &str) -> Duration {
    Duration::from_millis(env::var(name).unwrap().parse().unwrap())
}

/// An error with its causes.
fn full_text(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

async fn carry_out(url: &str) -> Result<(), Box<dyn Error>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let pen = Arc::new(Pen::on(env::var_os(JOURNAL).unwrap().as_ref()));
    let make = move |state| Haul { state, pen: pen.clone() };
    let runner = Runner::builder(open(url).await?)
        .register(make.clone())
        .lease(millis(LEASE))
        .poll(Duration::from_millis(20))
        .start()
        .await?;
    let id: RunId = "order-7".parse()?;
    let run = runner.start(id, make(vec![])).if_exists(Existing::Return).await?;
    tokio::select! {
        outcome = run.wait() => {
            let outcome = outcome?;
            let ran = outcome.state::<Vec<String>>()?;
            let ran: Vec<_> = ran.iter().map(|step| step.split(' ').next().unwrap()).collect();
            say(&format!("{} with {}", outcome.status(), ran.join(" ")));
            runner.drain(Duration::from_secs(5)).await;
        }
        _ = terminate.recv() => {
            say("asked to stop");
            let drained = runner.drain(millis(DRAIN)).await;
            say(&format!("drained: {} saved, {} broken off", drained.finished, drained.left.len()));
        }
    }
    Ok(())
}

/// No test by itself: it is the other process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carries_out_if_it_is_told_to() {
    let Ok(url) = env::var(STORE) else { return };
    tracing::subscriber::set_global_default(complaints::Complaints).unwrap();
    if let Err(error) = carry_out(&url).await {
        say(&format!("refused: {}", full_text(&*error)));
    }
    // A body that blocks may be left, and is not waited for.
    std::process::exit(0);
}

/// Says what the store complains of.
mod complaints {
    use std::fmt::{Debug, Write as _};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    pub(super) struct Complaints;

    #[derive(Default)]
    struct Words(String);

    impl Visit for Words {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            if ["message", "error"].contains(&field.name()) {
                let _ = write!(self.0, "{value:?}: ");
            }
        }
    }

    impl Subscriber for Complaints {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "stepflow::store" && *metadata.level() <= Level::WARN
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut words = Words::default();
            event.record(&mut words);
            super::say(&words.0);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }
}
