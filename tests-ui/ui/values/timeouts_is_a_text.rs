//! refusal: expected_switch

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 3, timeouts = "no"))] //~ mended: #[step(retry(times = 3, timeouts = false))]
    async fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
