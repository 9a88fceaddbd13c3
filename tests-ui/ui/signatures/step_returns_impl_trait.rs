//! refusal: impl_trait_output

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) -> impl Copy { self.state } //~ mended: fn pay(&mut self) -> u32 { self.state }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
