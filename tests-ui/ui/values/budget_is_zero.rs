//! refusal: no_time

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 3, budget = "0ms"))] //~ mended: #[step(retry(times = 3, budget = "30s"))]
    fn pay(&mut self) -> Result<(), String> { Err("busy".to_owned()) }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
