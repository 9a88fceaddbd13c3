//! refusal: expected_crate

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, crate = "stepflow")] //~ mended: #[workflow(state = u32, crate = ::stepflow)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
