//! refusal: receiver_with_type

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(self: std::sync::Arc<Self>) {} //~ mended: fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
