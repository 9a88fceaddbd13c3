//! refusal: step_without_body

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self); //~ mended: fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
