//! refusal: step_in_cfg_attr

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn check(&mut self) {}

    #[cfg_attr(all(), step)] //~ mended: #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
