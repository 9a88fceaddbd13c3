//! refusal: no_visits

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, max_visits = 0)] //~ mended: #[workflow(state = u32, max_visits = 1)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
