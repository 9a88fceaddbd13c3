//! Runs ten thousand children through one async step, so many at a time, and shows what that takes: the
//! time of a child, and the memory beyond what the results keep.
//!
//! `cargo bench -p stepflow-benches --features tokio --bench fan_out`

use std::pin::pin;
use std::time::{Duration, Instant};

use stepflow::Run;
use stepflow_benches::awaited::{FanOut, LOAD, Parcel, block_on};
use stepflow_benches::counting::{Counting, Memory, memory};

#[global_allocator]
static COUNTING: Counting = Counting;

const ROUNDS: usize = 15;

fn main() {
    // `cargo test --benches` starts benchmarks too, without this argument: then a look is enough.
    let in_earnest = std::env::args().any(|argument| argument == "--bench");
    let (parcels, rounds) = if in_earnest { (10_000, ROUNDS) } else { (100, 1) };

    println!("{parcels} children, each of two steps, with a state of {LOAD} bytes while it is under way\n");
    println!(
        "{:<22} {:>12} {:>14} {:>16} {:>16}",
        "", "ns per child", "peak, kB", "kept at end, kB", "difference, kB"
    );
    for limit in [1, 64, 1_000] {
        let run = || block_on(pin!(FanOut { state: 0, parcels, limit }.run()));
        row(&format!("limit {limit}"), parcels, median(rounds, run), memory(run));
    }
    let one_by_one = || -> Vec<_> {
        (0..parcels).map(|_| block_on(pin!(Run::new(Parcel::default()).run_async()))).collect()
    };
    row("one after the other", parcels, median(rounds, one_by_one), memory(one_by_one));
}

fn row(what: &str, children: usize, took: Duration, Memory { peak, kept }: Memory) {
    let each = took.as_nanos() / children.max(1) as u128;
    let [peak, kept] = [peak, kept].map(|bytes| bytes / 1_000);
    println!("{what:<22} {each:>12} {peak:>14} {kept:>16} {:>16}", peak - kept);
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
fn median<T>(rounds: usize, run: impl Fn() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            let kept = run();
            let took = start.elapsed();
            drop(kept);
            took
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}
