//! refusal: unknown_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = refund_everything)] //~ mended: #[step]
    fn check(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
