//! refusal: unreachable_step

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = END)] //~ mended: #[step]
    fn check(&mut self) {}

    #[step]
    fn pay(&mut self) {}

    #[step]
    fn deny(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
