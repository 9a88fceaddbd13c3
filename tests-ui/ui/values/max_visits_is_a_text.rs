//! refusal: expected_number

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, max_visits = "3")] //~ mended: #[workflow(state = u32, max_visits = 3)]
impl Refund {
    #[step]
    fn check(&mut self) {}

    #[step(approval(on_deny = check))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
