//! refusal: no_steps

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    fn pay(&mut self) {} //~ mended: #[step] fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
