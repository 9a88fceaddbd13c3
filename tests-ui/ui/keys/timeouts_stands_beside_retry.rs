//! refusal: unknown_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry = 3, timeouts = false)] //~ mended: #[step(retry(times = 3, timeouts = false))]
    async fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
