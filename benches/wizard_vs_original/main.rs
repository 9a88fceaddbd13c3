//! Replays the recorded wizard sessions, and says how many calls a second that makes: `advance` alone, and with the
//! original's fifteen fields made of each outcome. Then what a call costs after 10, 100 and 500 visits.
//!
//! `run.py` beside this file runs it next to the original; it reads the lines printed here, each a JSON object.

#![expect(clippy::expect_used, reason = "a benchmark that cannot read its sessions has failed")]

mod history;
mod sessions;

use std::path::Path;
use std::time::Duration;

fn main() {
    // `cargo test --benches` starts benchmarks too, without this argument: then a look is enough.
    let in_earnest = std::env::args().any(|argument| argument == "--bench");
    let long = if in_earnest { Duration::from_secs(3) } else { Duration::from_millis(1) };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/wizard");
    let sessions = sessions::read(&folder);
    println!("{}", sessions::replayed("advance", &sessions, false, long));
    println!("{}", sessions::replayed("fields", &sessions, true, long));
    for visits in [10, 100, 500] {
        println!("{}", history::measured(visits));
    }
}
