//! refusal: expected_metadata_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(approval(metadata = { 1: "billing" }))] //~ mended: #[step(approval(metadata = { "1": "billing" }))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
