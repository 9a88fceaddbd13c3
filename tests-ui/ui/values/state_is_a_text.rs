//! refusal: expected_state

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = "u32")] //~ mended: #[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {}
