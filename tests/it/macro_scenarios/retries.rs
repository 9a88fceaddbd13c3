//! Steps that fail and are tried again.

use std::sync::Mutex;

use stepflow::{Run, WorkflowResult, workflow};

use super::{Play as _, PlayAlone as _};
use crate::story::check;

#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
enum Line {
    #[error("busy")]
    Busy,
    #[error("cut")]
    Cut,
    #[error("reset by {0}")]
    Reset(&'static str),
}

/// Each step pops its next failure; no failure left, it succeeds.
struct Calls {
    state: u32,
    failures: Vec<(&'static str, Line)>,
}

impl Calls {
    fn meet(&mut self, step: &str) -> Result<u32, Line> {
        self.state += 1;
        match self.failures.iter().position(|(at, _)| *at == step) {
            Some(at) => Err(self.failures.remove(at).1),
            None => Ok(self.state),
        }
    }
}

steps! {
    #[workflow(state = u32, retry(times = 2, delay = "250ms", on = Line::Busy))]
    impl Calls {
        #[step]
        fn inherits(&mut self) -> Result<u32, Line> {
            self.meet("inherits")
        }

        #[step(retry(times = 1, delay = "500ms", on = Line::Cut))]
        fn says_all(&mut self) -> Result<u32, Line> {
            self.meet("says_all")
        }

        #[step(retry(on = Line::Busy | Line::Reset(_)))]
        fn takes_a_family(&mut self) -> Result<u32, Line> {
            self.meet("takes_a_family")
        }

        #[step(retry = 0)]
        fn never(&mut self) -> Result<u32, Line> {
            self.meet("never")
        }

        #[step(retry(delay = "0s"))]
        fn hurries(&mut self) -> Result<u32, Line> {
            self.meet("hurries")
        }
    }
}

/// Runs with these failures; gives the result and the waits in milliseconds.
fn run(failures: &[(&'static str, Line)]) -> (WorkflowResult<u32>, Vec<u128>) {
    let waits = Mutex::new(Vec::new());
    let calls = Calls { state: 0, failures: failures.to_vec() };
    let result = Run::new(calls).waits_with(|wait| waits.lock().unwrap().push(wait.as_millis())).finish();
    (result, waits.into_inner().unwrap())
}

#[test]
fn which_failures_are_retried_how_often_and_after_which_waits() {
    // (step, its failures, attempts, succeeded in the end, waits)
    type Row = (&'static str, &'static [Line], u32, bool, &'static [u128]);
    const ROWS: &[Row] = &[
        ("inherits", &[Line::Busy, Line::Busy], 3, true, &[250, 250]),
        ("inherits", &[Line::Busy, Line::Busy, Line::Busy], 3, false, &[250, 250]),
        ("inherits", &[Line::Cut], 1, false, &[]),
        ("inherits", &[Line::Busy, Line::Cut], 2, false, &[250]),
        ("says_all", &[Line::Cut], 2, true, &[500]),
        ("says_all", &[Line::Busy], 1, false, &[]),
        ("takes_a_family", &[Line::Reset("peer"), Line::Busy], 3, true, &[250, 250]),
        ("takes_a_family", &[Line::Cut], 1, false, &[]),
        ("never", &[Line::Busy], 1, false, &[]),
        ("hurries", &[Line::Busy, Line::Busy], 3, true, &[]),
    ];
    for (step, failures, attempts, succeeds, waits) in ROWS {
        let failures: Vec<_> = failures.iter().map(|failure| (*step, *failure)).collect();
        let (result, waited) = run(&failures);
        let row = format!("{step} after {failures:?}");
        assert_eq!(result.step(step).unwrap().attempts(), *attempts, "{row}");
        assert_eq!(result.is_succeeded(), *succeeds, "{row}");
        assert_eq!(waited, *waits, "{row}");
        if !succeeds {
            let last = failures.last().unwrap().1;
            assert_eq!(result.step(step).unwrap().error().unwrap().downcast_ref(), Some(&last), "{row}");
        }
    }
}

struct Blunt {
    state: u32,
}

steps! {
    #[workflow(state = u32, retry = 3)]
    impl Blunt {
        #[step]
        fn push(&mut self) -> Result<(), String> {
            self.state += 1;
            if self.state < 3 { Err(format!("stuck {}", self.state)) } else { Ok(()) }
        }
    }
}

#[test]
fn a_retry_count_alone_retries_every_error() {
    check(&Blunt { state: 0 }.finish(), &["succeeded", "push succeeded x3"]);
}

#[test]
fn exhausted_retries_show_in_the_error() {
    let (result, _) = run(&[("inherits", Line::Busy); 3]);
    let error = result.into_result().unwrap_err();
    assert_eq!(error.to_string(), "workflow `Calls` failed at step `inherits` after 3 attempts: busy");
}

scenarios! {
    which_failures_are_retried_how_often_and_after_which_waits,
    a_retry_count_alone_retries_every_error,
    exhausted_retries_show_in_the_error,
}
