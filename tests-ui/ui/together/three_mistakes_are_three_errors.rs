//! refusal: unknown_key, unknown_target, receiver_by_value

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = pya)] //~ mended: #[step(next = pay)]
    fn check(&mut self) {}

    #[step(retry(tmies = 3))] //~ mended: #[step(retry(times = 3))]
    fn pay(&mut self) {}

    #[step]
    fn book(self) {} //~ mended: fn book(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
