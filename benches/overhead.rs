//! Times runs of stepflow against the same runs recorded by hand (`src/by_hand.rs`), and against bare
//! calls.
//!
//! All variants run in one process, in turns: one short batch each, then the next round, so that a busy
//! machine slows all of them alike. A ratio is the median, over the rounds, of two batches of the same
//! round.
//!
//! `cargo bench -p stepflow-benches --bench overhead [-- --check --rounds N]`; with `--check` it
//! fails when a target is missed, which is for people and never for CI.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use stepflow::Run;
use stepflow_benches::by_hand;
use stepflow_benches::workflows::{Branching, Three, Twenty};

/// How long a batch takes, about.
const BATCH: Duration = Duration::from_millis(3);
const ROUNDS: usize = 60;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` starts benchmarks too, without this argument: then a look is enough.
    let in_earnest = arguments.iter().any(|argument| argument == "--bench");
    let check = arguments.iter().any(|argument| argument == "--check");
    let asked = arguments.iter().skip_while(|argument| *argument != "--rounds").nth(1);
    let rounds = asked.and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS).max(1);
    let (rounds, batch) = if in_earnest { (rounds, BATCH) } else { (1, BATCH / 100) };

    let mut groups = groups();
    measure(&mut groups, rounds, batch);

    println!("{rounds} rounds; nanoseconds are of one run; ratios are to the loop written by hand");
    println!("(quartiles of the rounds in brackets)\n");
    let mut held = true;
    for group in &groups {
        println!("{:<22} {:>9} {:>9}   {:>5}  {:<15} target", group.name, "ns/run", "ns/step", "ratio", "");
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

/// Ways to run one workflow. The first is the yardstick.
struct Group {
    name: &'static str,
    steps: u32,
    variants: Vec<Variant>,
}

struct Variant {
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

fn groups() -> Vec<Group> {
    vec![
        Group {
            name: "3 steps",
            steps: 3,
            variants: vec![
                variant("by hand", None, |runs| time(runs, || by_hand::run(Three::default()))),
                variant("stepflow", Some(1.5), |runs| time(runs, || Three::default().run())),
                variant("stepflow, no-op hook", Some(2.0), |runs| {
                    time(runs, || Run::new(Three::default()).on_event(|_| {}).run())
                }),
                variant("bare calls", None, |runs| time(runs, || Three::default().bare())),
            ],
        },
        Group {
            name: "20 steps",
            steps: 20,
            variants: vec![
                variant("by hand", None, |runs| time(runs, || by_hand::run(Twenty::default()))),
                variant("stepflow", Some(1.5), |runs| time(runs, || Twenty::default().run())),
                variant("stepflow, no-op hook", Some(2.0), |runs| {
                    time(runs, || Run::new(Twenty::default()).on_event(|_| {}).run())
                }),
                variant("bare calls", None, |runs| time(runs, || Twenty::default().bare())),
            ],
        },
        Group {
            name: "branching, 3 of 4 steps",
            steps: 3,
            variants: vec![
                variant("by hand", None, |runs| time(runs, || by_hand::run(branching()))),
                variant("stepflow", None, |runs| time(runs, || branching().run())),
                variant("stepflow, no-op hook", None, |runs| {
                    time(runs, || Run::new(branching()).on_event(|_| {}).run())
                }),
                variant("bare calls", None, |runs| time(runs, || branching().bare())),
            ],
        },
    ]
}

fn branching() -> Branching {
    Branching { state: black_box(0) }
}

fn variant(name: &'static str, target: Option<f64>, run: fn(u32) -> Duration) -> Variant {
    Variant { name, target, run, runs: 1, nanos: Vec::new() }
}

/// A run is timed from the workflow's making to the dropping of its result.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
fn time<T>(runs: u32, run: impl Fn() -> T) -> Duration {
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
    println!("{name:<22} {nanos:>9.1} {per_step:>9.1}   {ratio:>5.2}  ({low:.2} to {high:.2})  {target}");
    held
}

/// The 25th, the 50th and the 75th percentile.
fn quartiles(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| sorted[(sorted.len() - 1) * quarter / 4])
}
