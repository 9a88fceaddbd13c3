//! refusal: step_twice

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    #[step(name = "pay out")] //~ mended:
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
