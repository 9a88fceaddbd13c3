//! Times runs of stepflow against the same runs recorded by hand (`src/by_hand`), and against bare calls.
//!
//! `cargo bench -p stepflow-benches --bench overhead [-- --check --rounds N]`; with `--check` it
//! fails when a target is missed, which is for people and never for CI.

use std::hint::black_box;
use std::process::ExitCode;

use stepflow::Run;
use stepflow_benches::by_hand;
use stepflow_benches::measure::{self, Group, Variant, time};
use stepflow_benches::workflows::{Branching, Three, Twenty};

fn main() -> ExitCode {
    measure::main(vec![
        Group::new(
            "3 steps",
            3,
            vec![
                Variant::new("by hand", |runs| time(runs, || by_hand::run(Three::default()))),
                Variant::new("stepflow", |runs| time(runs, || Three::default().run())).at_most(1.5),
                Variant::new("stepflow, no-op hook", |runs| {
                    time(runs, || Run::new(Three::default()).on_event(|_| {}).run())
                })
                .at_most(2.0),
                Variant::new("bare calls", |runs| time(runs, || Three::default().bare())),
            ],
        ),
        Group::new(
            "20 steps",
            20,
            vec![
                Variant::new("by hand", |runs| time(runs, || by_hand::run(Twenty::default()))),
                Variant::new("stepflow", |runs| time(runs, || Twenty::default().run())).at_most(1.5),
                Variant::new("stepflow, no-op hook", |runs| {
                    time(runs, || Run::new(Twenty::default()).on_event(|_| {}).run())
                })
                .at_most(2.0),
                Variant::new("bare calls", |runs| time(runs, || Twenty::default().bare())),
            ],
        ),
        Group::new(
            "branching, 3 of 4 steps",
            3,
            vec![
                Variant::new("by hand", |runs| time(runs, || by_hand::run(branching()))),
                Variant::new("stepflow", |runs| time(runs, || branching().run())),
                Variant::new("stepflow, no-op hook", |runs| {
                    time(runs, || Run::new(branching()).on_event(|_| {}).run())
                }),
                Variant::new("bare calls", |runs| time(runs, || branching().bare())),
            ],
        ),
    ])
}

fn branching() -> Branching {
    Branching { state: black_box(0) }
}
