//! refused by the compiler

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

const TIMES: &str = "3";

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = TIMES))] //~ mended: #[step(retry(times = 3))]
    fn pay(&mut self) -> Result<(), PayError> {
        Err(PayError::Refused(self.state))
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
