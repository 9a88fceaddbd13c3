//! refusal: state_missing

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(name = "refund")] //~ mended: #[workflow(name = "refund", state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {}
