//! refusal: on_and_when

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
    #[step(retry(times = 1, on = PayError::Timeout, when = is_timeout))] //~ mended: #[step(retry(times = 1, when = is_timeout))]
    fn pay(&mut self) -> Result<(), PayError> {
        Err(PayError::Refused(self.state))
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
