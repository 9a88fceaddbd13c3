//! refusal: expected_retry

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry = "3")] //~ mended: #[step(retry = 3)]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
