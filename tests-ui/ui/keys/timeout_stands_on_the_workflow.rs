//! refusal: unknown_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, timeout = "5s")] //~ mended: #[workflow(state = u32)]
impl Refund {
    #[step(timeout = "5s")]
    async fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
