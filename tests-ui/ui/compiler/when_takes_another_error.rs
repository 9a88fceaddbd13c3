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

impl PayError {
    const fn is_busy(&self) -> bool {
        matches!(self, Self::Refused(503))
    }
}

fn is_busy(code: &u16) -> bool {
    *code == 503
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, when = is_busy))] //~ mended: #[step(retry(times = 1, when = PayError::is_busy))]
    fn pay(&mut self) -> Result<(), PayError> {
        Err(PayError::Refused(self.state))
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
