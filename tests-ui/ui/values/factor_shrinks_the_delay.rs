//! refusal: factor_below_one

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, factor = 0.5))] //~ mended: #[step(retry(times = 1, factor = 1.5))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
