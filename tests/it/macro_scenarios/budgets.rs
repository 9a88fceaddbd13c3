//! Retries that have so much time and no more.

use std::time::Duration;

use stepflow::testing::ManualClock;
use stepflow::{Run, RunContext, workflow};

use super::Play as _;

const SECOND: Duration = Duration::from_secs(1);

struct Line {
    state: u32,
    clock: ManualClock,
    /// How long each call takes.
    takes: Duration,
}

steps! {
    #[workflow(state = u32, retry(times = 9, delay = "4s"))]
    impl Line {
        #[step(retry(budget = "10s"), on_failure = write)]
        fn call(&mut self) -> Result<(), String> {
            self.clock.advance(self.takes);
            self.state += 1;
            Err("busy".to_owned())
        }

        #[step(retry(times = 2, budget = "1h"))]
        fn write(&mut self, ctx: &mut RunContext<'_>) -> Result<(), String> {
            if ctx.attempt() < 3 { Err("no pen".to_owned()) } else { Ok(()) }
        }
    }
}

/// The attempts at the first step, and what was waited.
fn attempts(takes: Duration) -> (u32, Vec<Duration>) {
    let clock = ManualClock::new();
    let result = Run::new(Line { state: 0, clock: clock.clone(), takes }).manual_clock(&clock).finish();
    assert!(result.is_succeeded());
    assert_eq!(result.state, result.steps()[0].attempts());
    // The second step's budget runs from its own first attempt.
    assert_eq!(result.steps()[1].attempts(), 3);
    let mut sleeps = clock.sleeps();
    sleeps.retain(|sleep| *sleep == 4 * SECOND);
    sleeps.truncate(sleeps.len() - 2);
    (result.steps()[0].attempts(), sleeps)
}

#[test]
fn a_retry_that_would_begin_when_the_budget_is_spent_is_not_made() {
    assert_eq!(attempts(Duration::ZERO), (3, vec![4 * SECOND; 2]));
    assert_eq!(attempts(SECOND), (2, vec![4 * SECOND]));
    assert_eq!(attempts(5 * SECOND), (2, vec![4 * SECOND]));
    assert_eq!(attempts(6 * SECOND), (1, vec![]));
}

scenarios! {
    a_retry_that_would_begin_when_the_budget_is_spent_is_not_made,
}
