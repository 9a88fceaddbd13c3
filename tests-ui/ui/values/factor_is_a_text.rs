//! refusal: expected_factor

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, factor = "2"))] //~ mended: #[step(retry(times = 1, factor = 2))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
