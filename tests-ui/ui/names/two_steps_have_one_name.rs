//! refusal: duplicate_public_name

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(name = "pay")] //~ mended: #[step(name = "pay out")]
    fn payout(&mut self) {}

    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
