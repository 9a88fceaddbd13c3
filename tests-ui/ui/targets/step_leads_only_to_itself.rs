//! refusal: unreachable_step

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, max_visits = 3)]
impl Refund {
    #[step(next = END)] //~ mended: #[step]
    fn check(&mut self) {}

    #[step(approval(on_deny = pay))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
