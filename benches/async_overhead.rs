//! Times the async driver: against the same futures awaited and recorded by hand, and beside the blocking
//! driver on the same workflow. What is awaited is ready at once, so that no runtime is measured.
//!
//! `cargo bench -p stepflow-benches --features tokio --bench async_overhead [-- --check --rounds N]`

use std::pin::pin;
use std::process::ExitCode;

use stepflow::Run;
use stepflow_benches::awaited::{self, block_on};
use stepflow_benches::by_hand;
use stepflow_benches::measure::{self, Group, Variant, time};
use stepflow_benches::workflows;

fn main() -> ExitCode {
    measure::main(vec![
        Group::new(
            "3 async steps",
            3,
            vec![
                Variant::new("by hand", |runs| {
                    time(runs, || block_on(pin!(by_hand::awaited::run(awaited::Three::default()))))
                }),
                Variant::new("stepflow", |runs| {
                    time(runs, || block_on(pin!(awaited::Three::default().run())))
                })
                .at_most(1.75),
                Variant::new("stepflow, no-op hook", |runs| {
                    time(runs, || block_on(pin!(Run::new(awaited::Three::default()).on_event(|_| {}).run())))
                }),
            ],
        ),
        Group::new(
            "20 async steps",
            20,
            vec![
                Variant::new("by hand", |runs| {
                    time(runs, || block_on(pin!(by_hand::awaited::run(awaited::Twenty::default()))))
                }),
                Variant::new("stepflow", |runs| {
                    time(runs, || block_on(pin!(awaited::Twenty::default().run())))
                })
                .at_most(1.75),
                Variant::new("stepflow, no-op hook", |runs| {
                    time(runs, || block_on(pin!(Run::new(awaited::Twenty::default()).on_event(|_| {}).run())))
                }),
            ],
        ),
        Group::new(
            "3 blocking steps",
            3,
            vec![
                Variant::new("blocking driver", |runs| time(runs, || workflows::Three::default().run())),
                Variant::new("async driver", |runs| {
                    time(runs, || block_on(pin!(Run::new(workflows::Three::default()).run_async())))
                }),
            ],
        ),
        Group::new(
            "20 blocking steps",
            20,
            vec![
                Variant::new("blocking driver", |runs| time(runs, || workflows::Twenty::default().run())),
                Variant::new("async driver", |runs| {
                    time(runs, || block_on(pin!(Run::new(workflows::Twenty::default()).run_async())))
                }),
            ],
        ),
    ])
}
