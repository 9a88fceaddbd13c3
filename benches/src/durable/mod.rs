//! Durable runs: the world that they are measured in, and the raw commits that they are measured against.

pub mod footprint;
pub mod raw;
pub mod recovery;
pub mod runs;

use std::path::PathBuf;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use stepflow::workflow;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// What a run keeps: some 400 bytes of JSON, a little of it new at every step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    round: u32,
    rounds: u32,
    customer: String,
    lines: Vec<Line>,
    note: String,
}

/// A line of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    article: String,
    pieces: u32,
    price: f64,
}

impl Order {
    /// An order of so many steps.
    #[must_use]
    pub fn of(rounds: u32) -> Self {
        let line =
            |number: u32| Line { article: format!("article-{number:06}"), pieces: number, price: 19.9 };
        Self {
            round: 0,
            rounds,
            customer: "customer-4711@example.org".to_owned(),
            lines: (1..=4).map(line).collect(),
            note: "leave it with the neighbours, please, and ring twice ".repeat(2),
        }
    }

    fn next(&mut self) -> bool {
        self.round += 1;
        self.round < self.rounds
    }
}

/// Blocking steps.
#[derive(Debug)]
pub struct Blocking {
    /// The state.
    pub state: Order,
}

#[workflow(state = Order, max_visits = 1_000_000)]
impl Blocking {
    #[step(routes = { true => work, false => END })]
    fn work(&mut self) -> bool {
        self.state.next()
    }
}

/// The same, async.
#[derive(Debug)]
pub struct Awaiting {
    /// The state.
    pub state: Order,
}

#[workflow(state = Order, max_visits = 1_000_000)]
impl Awaiting {
    #[step(routes = { true => work, false => END })]
    async fn work(&mut self) -> bool {
        self.state.next()
    }
}

/// A runtime of the size of the machine.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap_or_else(|error| stop("no runtime", &error))
});

/// A folder on the file system that is to be measured; gone when the program ends.
fn folder() -> TempDir {
    let parent = std::env::var_os("STEPFLOW_BENCH_DIR").map(PathBuf::from);
    let parent =
        parent.or_else(|| Some(std::env::current_exe().ok()?.parent()?.to_owned())).unwrap_or_default();
    tempfile::tempdir_in(&parent).unwrap_or_else(|error| stop("no folder to write to", &error))
}

/// A benchmark has nobody to hand an error to.
#[expect(clippy::print_stderr, reason = "a benchmark prints")]
fn stop(what: &str, error: &dyn std::fmt::Display) -> ! {
    eprintln!("{what}: {error}");
    std::process::exit(1)
}
