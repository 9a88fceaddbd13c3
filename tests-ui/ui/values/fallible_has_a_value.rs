//! refusal: expected_flag

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
    #[step(fallible = true)] //~ mended: #[step(fallible)]
    fn pay(&mut self) -> Result<(), PayError> {
        Err(PayError::Refused(self.state))
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
