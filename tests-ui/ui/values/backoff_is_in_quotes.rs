//! refusal: expected_backoff

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, backoff = "fixed"))] //~ mended: #[step(retry(times = 1, backoff = fixed))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
