//! refusal: expected_metadata

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(approval(metadata = "billing"))] //~ mended: #[step(approval(metadata = { team: "billing" }))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
