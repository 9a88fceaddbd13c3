//! refusal: unknown_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = refund_everything)] //~ mended: #[step(next = pay)]
    fn check(&mut self) {}

    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
