//! refusal: key_not_yet

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(approval(message = "Pay?", on_expire = END))] //~ mended: #[step(approval(message = "Pay?"))]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
