//! refusal: filter_without_error

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
    #[step(retry(times = 1, on = PayError::Timeout))] //~ mended: #[step(retry(times = 1))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
