//! refusal: expected_number

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, version = "2")] //~ mended: #[workflow(state = u32, version = 2)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
