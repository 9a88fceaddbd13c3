//! refusal: repeated_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, name = "refund", name = "pay")] //~ mended: #[workflow(state = u32, name = "pay")]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
