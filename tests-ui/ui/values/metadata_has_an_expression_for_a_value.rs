//! refusal: expected_metadata_value

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(approval(metadata = { limit: 10 * 10 }))] //~ mended: #[step(approval(metadata = { limit: 100 }))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
