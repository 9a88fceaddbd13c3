//! Times ways to do the same thing against each other.
//!
//! All of them run in one process, in turns: one short batch each, then the next round, so that a busy
//! machine slows all of them alike. A ratio is the median, over the rounds, of two batches of the same
//! round.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long a batch takes, about.
const BATCH: Duration = Duration::from_millis(3);
const ROUNDS: usize = 60;

/// Ways to run one workflow. The first is the yardstick.
#[derive(Debug)]
pub struct Group {
    name: &'static str,
    steps: u32,
    variants: Vec<Variant>,
}

/// One of them.
#[derive(Debug)]
pub struct Variant {
    name: &'static str,
    /// The ratio to hold, if one was promised.
    target: Option<f64>,
    /// Runs so many times and says how long that took.
    run: fn(u32) -> Duration,
    /// Runs in a batch.
    runs: u32,
    /// Nanoseconds of a run, for each round.
    nanos: Vec<f64>,
}

impl Group {
    /// A group of the ways to run a workflow in which so many steps run.
    #[must_use]
    pub fn new(name: &'static str, steps: u32, variants: Vec<Variant>) -> Self {
        Self { name, steps, variants }
    }
}

impl Variant {
    /// A way to run it: a function that does so many runs and says how long that took, most likely by
    /// [`time`].
    #[must_use]
    pub fn new(name: &'static str, run: fn(u32) -> Duration) -> Self {
        Self { name, target: None, run, runs: 1, nanos: Vec::new() }
    }

    /// A ratio was promised.
    #[must_use]
    pub fn at_most(self, target: f64) -> Self {
        Self { target: Some(target), ..self }
    }
}

/// Measures and prints; with `--check` among the arguments a missed target is a failure, with `--only NAME`
/// only what has the name in its own is measured, beside what it is compared with.
#[must_use]
pub fn main(mut groups: Vec<Group>) -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` starts benchmarks too, without this argument: then a look is enough.
    let in_earnest = arguments.iter().any(|argument| argument == "--bench");
    let check = arguments.iter().any(|argument| argument == "--check");
    if let Some(only) = only() {
        for group in &mut groups {
            let mut first = true;
            group.variants.retain(|variant| {
                std::mem::take(&mut first)
                    || format!("{} {}", group.name, variant.name).contains(only.as_str())
            });
        }
        groups.retain(|group| group.variants.len() > 1);
    }
    let asked = value("--rounds");
    let rounds = asked.and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS).max(1);
    let (rounds, batch) = if in_earnest { (rounds, BATCH) } else { (1, BATCH / 100) };
    measure(&mut groups, rounds, batch);

    println!("{rounds} rounds; nanoseconds are of one run; ratios are to the first line");
    println!("(quartiles of the rounds in brackets)\n");
    let mut held = true;
    for group in &groups {
        println!("{:<26} {:>9} {:>9}   {:>5}  {:<15} target", group.name, "ns/run", "ns/step", "ratio", "");
        for variant in &group.variants {
            held &= print(group, variant);
        }
        println!();
    }
    if check && !held {
        println!("a target was missed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// What alone was asked for.
#[must_use]
pub fn only() -> Option<String> {
    value("--only")
}

fn value(key: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != key).nth(1)
}

/// Times so many runs, each from the workflow's making to the dropping of its result.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
pub fn time<T>(runs: u32, run: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..runs {
        drop(black_box(run()));
    }
    start.elapsed()
}

fn measure(groups: &mut [Group], rounds: usize, batch: Duration) {
    let mut variants: Vec<&mut Variant> = groups.iter_mut().flat_map(|group| &mut group.variants).collect();
    for variant in &mut variants {
        // Warms up as well.
        while (variant.run)(variant.runs) < batch {
            variant.runs *= 2;
        }
    }
    let count = variants.len();
    for round in 0..rounds {
        // Each round begins with another one, so that nobody always runs after the same neighbour's mess.
        for turn in 0..count {
            let variant = &mut variants[(round + turn) % count];
            let took = (variant.run)(variant.runs);
            variant.nanos.push(took.as_secs_f64() * 1e9 / f64::from(variant.runs));
        }
    }
}

/// Prints a line, and says whether the target was held.
fn print(group: &Group, variant: &Variant) -> bool {
    let yardstick = &group.variants[0].nanos;
    let ratios: Vec<f64> = variant.nanos.iter().zip(yardstick).map(|(nanos, hand)| nanos / hand).collect();
    let [low, ratio, high] = quartiles(&ratios);
    let nanos = quartiles(&variant.nanos)[1];
    let (target, held) = match variant.target {
        None => (String::new(), true),
        Some(target) if ratio <= target => (format!("<= {target}"), true),
        Some(target) => (format!("<= {target}  MISSED"), false),
    };
    let name = format!("  {}", variant.name);
    let per_step = nanos / f64::from(group.steps);
    println!("{name:<26} {nanos:>9.1} {per_step:>9.1}   {ratio:>5.2}  ({low:.2} to {high:.2})  {target}");
    held
}

/// The 25th, the 50th and the 75th percentile.
fn quartiles(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| sorted[(sorted.len() - 1) * quarter / 4])
}
