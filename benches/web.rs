//! Times the steps of a wizard as pages, over real connections, against a bare handler that answers the same page:
//! by one visitor and by 64 at once. Then what 100,000 finished sessions leave behind in memory.
//!
//! A step is a form that is posted, the redirect, and the page that it leads to. A run is a whole visit: the first
//! page, three steps, the check page and the submission.
//!
//! `cargo bench -p stepflow-benches --features web --bench web [-- --rounds N]`

use std::process::ExitCode;

use stepflow_benches::measure::{self, Group, Variant};
use stepflow_benches::web::{memory, visits};

fn main() -> ExitCode {
    let code = measure::main(vec![
        Group::new(
            "1 visitor",
            visits::STEPS,
            vec![
                Variant::new("bare handler", visits::one_bare),
                Variant::new("wizard pages", visits::one_wizard),
            ],
        ),
        Group::new(
            "64 visitors at once",
            visits::STEPS * visits::MANY,
            vec![
                Variant::new("bare handler", visits::many_bare),
                Variant::new("wizard pages", visits::many_wizard),
            ],
        ),
    ]);
    memory::print();
    code
}
