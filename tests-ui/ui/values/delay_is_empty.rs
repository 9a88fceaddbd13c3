//! refusal: bad_duration

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, delay = ""))] //~ mended: #[step(retry(times = 1, delay = "0s"))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
