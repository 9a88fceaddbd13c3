//! refusal: no_visits

use stepflow::workflow;

struct Refund {
    state: u32,
}

const VISITS: u32 = 0; //~ mended: const VISITS: u32 = 1;

#[workflow(state = u32, max_visits = VISITS)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
