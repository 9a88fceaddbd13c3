//! The process of a worker: this very program, started again.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use stepflow::{RunContext, RunId, workflow};
use stepflow_store::{Existing, PostgresStore, Runner, SqliteStore, Store};

use crate::crash::journal::{Entry, Journal, Pen};

const STORE: &str = "STEPFLOW_LEASE_STORE";
const JOURNAL: &str = "STEPFLOW_LEASE_JOURNAL";
const NAME: &str = "STEPFLOW_LEASE_NAME";
const LEASE: &str = "STEPFLOW_LEASE_MILLIS";
const SAYS: &str = "says: ";

struct Slow {
    state: Vec<String>,
    name: Arc<str>,
    pen: Arc<Pen>,
}

#[workflow(state = Vec<String>)]
impl Slow {
    /// Blocks until the test lets it go.
    #[step]
    fn first(&mut self, ctx: &mut RunContext<'_>) {
        self.pen.write(&Entry::Begun { key: ctx.idempotency_key(), attempt: ctx.attempt() });
        println!("{SAYS}in the body");
        std::io::stdin().lines().next().unwrap().unwrap();
        self.state.push(format!("first by {}", self.name));
    }

    #[step]
    async fn second(&mut self, ctx: &mut RunContext<'_>) {
        self.pen.write(&Entry::Begun { key: ctx.idempotency_key(), attempt: ctx.attempt() });
        self.state.push(format!("second by {}", self.name));
    }
}

async fn open(url: &str) -> Arc<dyn Store> {
    if url.starts_with("postgres") {
        Arc::new(PostgresStore::connect(url).await.unwrap())
    } else {
        Arc::new(SqliteStore::open(url).unwrap())
    }
}

fn id() -> RunId {
    "order-7".parse().unwrap()
}

/// All that the store has of the run.
pub(super) fn look(url: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(url).await;
        let run = store.load(&id()).await.unwrap().unwrap();
        let visits = store.visits(&id()).await.unwrap();
        let visits: Vec<_> =
            visits.into_iter().map(|visit| (visit.sequence, visit.result, visit.state)).collect();
        json!([run.version, run.fence, run.status, run.head, run.state, visits])
    })
}

/// A worker, seen from the test.
pub(super) struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    pub(super) fn start(name: &str, store: &str, journal: &Journal, lease: u32) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["lease::process::works_if_it_is_told_to", "--exact", "--nocapture", "--test-threads=1"])
            .env(STORE, store)
            .env(JOURNAL, journal.path())
            .env(NAME, name)
            .env(LEASE, lease.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it says so, and says nothing else before.
    pub(super) fn hear(&mut self, expected: &str) {
        assert_eq!(self.said().as_deref(), Some(expected));
    }

    /// Waits until it has said both, in whatever order.
    pub(super) fn hear_both(&mut self, one: &str, other: &str) {
        let mut said = [self.said().unwrap(), self.said().unwrap()];
        let mut expected = [one, other];
        said.sort();
        expected.sort_unstable();
        assert_eq!(said, expected);
    }

    fn said(&mut self) -> Option<String> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.output.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some((_, said)) = line.trim_end().split_once(SAYS) {
                return Some(said.to_owned());
            }
        }
    }

    /// Lets the body go on.
    pub(super) fn go_on(&mut self) {
        writeln!(self.input, "go on").unwrap();
    }

    pub(super) fn reap(mut self) {
        self.child.wait().unwrap();
    }

    pub(super) fn stop(mut self) {
        drop(self.input);
        assert!(self.child.wait().unwrap().success());
    }
}

/// Tells when a worker hears that it has lost the run: when it renews its lease, or when it is refused a commit.
mod listening {
    use std::sync::atomic::{AtomicBool, Ordering};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    /// Whether it has told.
    #[derive(Default)]
    pub(super) struct Ear(AtomicBool);

    struct Message(String);

    impl Visit for Message {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            if field.name() == "message" {
                self.0 = format!("{value:?}");
            }
        }
    }

    impl Subscriber for Ear {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "stepflow::store"
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut message = Message(String::new());
            event.record(&mut message);
            let lost = matches!(message.0.as_str(), "the lease is lost" | "the run is let go of");
            if lost && !self.0.swap(true, Ordering::SeqCst) {
                println!("{}lost the run", super::SAYS);
            }
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }
}

/// No test by itself: it is the other process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_if_it_is_told_to() {
    let Ok(url) = env::var(STORE) else { return };
    tracing::subscriber::set_global_default(listening::Ear::default()).unwrap();
    let name: Arc<str> = env::var(NAME).unwrap().into();
    let pen = Arc::new(Pen::on(env::var_os(JOURNAL).unwrap().as_ref()));
    let lease = Duration::from_millis(env::var(LEASE).unwrap().parse().unwrap());
    let make = move |state| Slow { state, name: name.clone(), pen: pen.clone() };
    let runner = Runner::builder(open(&url).await)
        .register(make.clone())
        .lease(lease)
        .poll(Duration::from_millis(20))
        .start()
        .await
        .unwrap();
    let run = runner.start(id(), make(vec![])).if_exists(Existing::Return).await.unwrap();
    let outcome = run.wait().await.unwrap();
    println!("{SAYS}{} with {}", outcome.status(), outcome.state_json());
    // Until the test has seen enough.
    let waited = tokio::task::spawn_blocking(|| std::io::stdin().lines().next());
    waited.await.unwrap();
    runner.drain(Duration::from_secs(5)).await;
}
