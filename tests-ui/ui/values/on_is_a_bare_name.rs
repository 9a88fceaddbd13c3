//! refusal: error_pattern_binds

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

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, on = Timeout))] //~ mended: #[step(retry(times = 1, on = PayError::Timeout))]
    fn pay(&mut self) -> Result<(), PayError> {
        Err(PayError::Timeout)
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
