//! The same files of scenarios, each compiled three times: with blocking steps under either driver, and
//! with async steps. Every file says `steps!` where it writes a workflow, `ended!` where a step waits for a
//! child, and `finish`, `watch`, `answer` and `waits_with` where it runs one.

/// Lists the tests of a file, for the comparison of the families.
macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {
        pub(super) const ALL: super::super::Scenarios = &[$((stringify!($name), $name)),*];
    };
}

#[expect(clippy::duplicate_mod, reason = "that is the point")]
mod awaiting;
#[expect(clippy::duplicate_mod, reason = "that is the point")]
mod blocking;
#[expect(clippy::duplicate_mod, reason = "that is the point")]
mod driven;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use stepflow::{RunRecord, Timer};
use tokio::task::yield_now;

use crate::drivers::plain;
use crate::traces::diff::difference;

/// The scenarios of a file, by their names.
type Scenarios = &'static [(&'static str, fn())];

thread_local! {
    /// What ran on this thread, as JSON without times and ids.
    static RECORDS: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

fn keep(record: &RunRecord) {
    RECORDS.with_borrow_mut(|records| records.push(plain(record)));
}

fn records_of(scenario: fn()) -> Vec<Value> {
    RECORDS.with_borrow_mut(Vec::clear);
    scenario();
    RECORDS.take()
}

/// Says how long it was to wait, and does not.
struct WaitsWith<F>(F);

impl<F: Fn(Duration) + Send + Sync> Timer for WaitsWith<F> {
    fn sleep(&self, wait: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        (self.0)(wait);
        Box::pin(yield_now())
    }
}

#[test]
fn every_scenario_gives_the_same_records_by_both_drivers_and_with_async_steps() {
    let texts = BTreeMap::from([
        ("approvals", include_str!("../approvals.rs")),
        ("loops", include_str!("../loops.rs")),
        ("failures", include_str!("../failures.rs")),
        ("cancelling", include_str!("../cancelling.rs")),
        ("budgets", include_str!("../budgets.rs")),
        ("children", include_str!("../children.rs")),
        ("hooks", include_str!("../hooks.rs")),
        ("linear", include_str!("../linear.rs")),
        ("pausing", include_str!("../pausing.rs")),
        ("retries", include_str!("../retries.rs")),
        ("routes", include_str!("../routes.rs")),
    ]);
    let mut compared = 0;
    let families = blocking::ALL.iter().zip(driven::ALL).zip(awaiting::ALL);
    for (((file, blocking), (_, driven)), (_, awaiting)) in families {
        assert_eq!(
            texts[file].matches("#[test]").count(),
            blocking.len(),
            "a scenario of {file} is not listed"
        );
        for ((scenario, others), (_, awaiting)) in blocking.iter().zip(*driven).zip(*awaiting) {
            let (name, run) = scenario;
            let expected = records_of(*run);
            for (family, run) in [("driven", others.1), ("awaiting", *awaiting)] {
                if let Some(difference) = difference(&expected, &records_of(run)) {
                    panic!("{file}::{name}, blocking (-) and {family} (+):\n{difference}");
                }
            }
            compared += expected.len();
        }
    }
    assert!(compared >= 60, "only {compared} runs were compared");
}
