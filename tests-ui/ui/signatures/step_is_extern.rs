//! refusal: extern_step

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    extern "C" fn pay(&mut self) {} //~ mended: fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
