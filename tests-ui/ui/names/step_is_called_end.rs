//! refusal: reserved_method

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    #[allow(non_snake_case)]
    fn END(&mut self) {} //~ mended: fn finish(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
