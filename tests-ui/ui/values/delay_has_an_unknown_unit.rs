//! refusal: bad_duration

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, delay = "2 weeks"))] //~ mended: #[step(retry(times = 1, delay = "14d"))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
