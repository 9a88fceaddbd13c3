//! Counts heap allocations. The counts are exact, so this one fails when a step allocates.

use std::process::ExitCode;

use stepflow::Run;
use stepflow_benches::by_hand;
use stepflow_benches::counting::{Allocations, Counting, allocations};
use stepflow_benches::workflows::{Branching, Three, Twenty};

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() -> ExitCode {
    let three = allocations(|| Three::default().run());
    let twenty = allocations(|| Twenty::default().run());

    println!("{:<46} {:>11} {:>7}", "one run", "allocations", "bytes");
    row("3 steps", three);
    row("20 steps", twenty);
    row("branching", allocations(|| Branching { state: 0 }.run()));
    row("3 steps, a hook", allocations(|| Run::new(Three::default()).on_event(|_| {}).run()));
    row("20 steps, a hook", allocations(|| Run::new(Twenty::default()).on_event(|_| {}).run()));
    row("3 steps, the loop written by hand", allocations(|| by_hand::run(Three::default())));
    row("20 steps, the loop written by hand", allocations(|| by_hand::run(Twenty::default())));
    row("branching, the loop written by hand", allocations(|| by_hand::run(Branching { state: 0 })));

    let counts = allocations(|| Box::new(1_u8)).count == 1;
    // Signed: more steps could also save some.
    let per_step = (twenty.count as f64 - three.count as f64) / 17.0;
    println!("\nper step, without hooks and with `()` outputs: {per_step} (target: 0)");
    if counts && per_step == 0.0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn row(what: &str, Allocations { count, bytes }: Allocations) {
    println!("{what:<46} {count:>11} {bytes:>7}");
}
