//! refusal: repeated_metadata_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(approval(metadata = { limit: 1, limit: 2 }))] //~ mended: #[step(approval(metadata = { limit: 2 }))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
