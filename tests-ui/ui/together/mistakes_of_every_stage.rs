//! refusal: expected_number, on_and_when, generic_step, backward_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[derive(Debug, thiserror::Error)]
enum PayError {
    #[error("the bank did not answer")]
    Timeout,
    #[error("the bank refused: {0}")]
    Refused(u32),
}

fn is_timeout(error: &PayError) -> bool {
    matches!(error, PayError::Timeout)
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = "3"))] //~ mended: #[step(retry(times = 3))]
    fn check(&mut self) {}

    #[step(retry(on = PayError::Timeout, when = is_timeout))] //~ mended: #[step(retry(when = is_timeout))]
    fn pay(&mut self) -> Result<(), PayError> {
        Err(PayError::Refused(self.state))
    }

    #[step(next = check)] //~ mended: #[step]
    fn book<T>(&mut self) {} //~ mended: fn book(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
