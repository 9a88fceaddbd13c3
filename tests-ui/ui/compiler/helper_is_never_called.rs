//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}

    #[deny(dead_code)] //~ mended:
    fn forgotten(&self) {} //~ mended:
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
