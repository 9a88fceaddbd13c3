//! refusal: block_twice

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
#[workflow(name = "refund")] //~ mended:
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
