//! refusal: not_an_impl_block

use stepflow::workflow;

#[workflow(state = u32)] //~ mended:
struct Refund {
    state: u32,
}

fn main() {
    let _ = Refund { state: 0 }.state;
}
