//! refusal: target_by_public_name

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = payout)] //~ mended: #[step(next = pay)]
    fn check(&mut self) {}

    #[step(name = "payout")]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
