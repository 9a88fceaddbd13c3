//! refusal: impl_of_a_trait

use stepflow::workflow;

struct Refund {
    state: u32,
}

trait Pay {
    fn pay(&mut self);
}

#[workflow(state = u32)]
impl Pay for Refund { //~ mended: impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {}
