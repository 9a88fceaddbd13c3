//! refusal: expected_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow("refund", state = u32)] //~ mended: #[workflow(name = "refund", state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
