//! refusal: handle_names_clash

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}

    #[step(name = "pay again")]
    #[allow(non_snake_case)]
    fn Pay(&mut self) {} //~ mended: fn pay_again(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
