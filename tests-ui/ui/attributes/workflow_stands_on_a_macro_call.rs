//! refusal: unreadable_block

use stepflow::workflow;

macro_rules! refund {
    () => {};
}

#[workflow(state = u32)] //~ mended:
refund! {}

fn main() {}
