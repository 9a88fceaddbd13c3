//! Times durable runs on SQLite, with every commit on the disk, against raw commits of the same bytes to the
//! same file system: one run at a time, and 64 at once against a writer that groups the commits of 64 runs.
//! Then how soon a program goes on that was killed with 1,000 runs under way, and what a run takes on the disk.
//!
//! `cargo bench -p stepflow-benches --features durable --bench durable [-- --rounds N]`; the folder is that of
//! the environment variable `STEPFLOW_BENCH_DIR`, or a new one in the target folder.

use std::process::ExitCode;

use stepflow_benches::durable::{footprint, raw, recovery, runs};
use stepflow_benches::measure::{self, Group, Variant};

fn main() -> ExitCode {
    if recovery::is_asked() {
        recovery::act();
        return ExitCode::SUCCESS;
    }
    let code = measure::main(vec![
        Group::new(
            "one run at a time",
            runs::COMMITS,
            vec![
                Variant::new("raw commits", raw::one_by_one),
                Variant::new("stepflow, blocking steps", runs::one_blocking).at_most(1.2),
                Variant::new("stepflow, async steps", runs::one_async).at_most(1.2),
            ],
        ),
        Group::new(
            "64 runs at once",
            runs::COMMITS * runs::MANY,
            vec![
                Variant::new("raw, grouped by 64", raw::grouped),
                Variant::new("stepflow, async steps", runs::many_async).at_most(2.0),
                Variant::new("stepflow, blocking steps", runs::many_blocking).at_most(2.0),
            ],
        ),
    ]);
    if measure::only().is_none() {
        footprint::print();
        recovery::print();
    }
    code
}
