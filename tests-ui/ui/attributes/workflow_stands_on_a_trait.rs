//! refusal: not_an_impl_block

use stepflow::workflow;

#[workflow(state = u32)] //~ mended:
trait Refund {
    fn pay(&mut self) {}
}

fn main() {}
