//! refusal: step_outside_block

use stepflow::workflow;

struct Refund {
    state: u32,
}

use stepflow as flow;

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn check(&mut self) {}

    #[flow::step] //~ mended: #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
