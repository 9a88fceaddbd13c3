//! refusal: unreachable_step

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, max_visits = 3)]
impl Refund {
    #[step]
    fn check(&mut self) {}

    #[step(next = check)] //~ mended: #[step(next = check, on_failure = apologise)]
    fn pay(&mut self) {}

    #[step]
    fn apologise(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
