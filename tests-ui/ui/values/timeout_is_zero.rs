//! refusal: no_time

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(timeout = "0s")] //~ mended: #[step(timeout = "10s")]
    async fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
