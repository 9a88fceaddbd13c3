//! refusal: not_an_impl_block

use stepflow::workflow;

#[workflow(state = u32)] //~ mended:
const fn refund() {}

fn main() {
    refund();
}
