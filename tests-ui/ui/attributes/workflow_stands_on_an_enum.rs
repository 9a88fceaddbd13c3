//! refusal: not_an_impl_block

use stepflow::workflow;

#[workflow(state = u32)] //~ mended:
enum Refund {
    Paid,
}

fn main() {
    let _ = Refund::Paid;
}
