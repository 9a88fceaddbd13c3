//! refusal: unknown_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(approval(on_deny = dney))] //~ mended: #[step(approval(on_deny = deny))]
    fn check(&mut self) {}

    #[step(next = END)]
    fn pay(&mut self) {}

    #[step]
    fn deny(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
