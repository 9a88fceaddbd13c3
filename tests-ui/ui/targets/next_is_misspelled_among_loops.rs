//! refusal: unknown_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32, max_visits = 3)]
impl Refund {
    #[step]
    fn check(&mut self) {}

    #[step(next = chek)] //~ mended: #[step(next = check)]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
