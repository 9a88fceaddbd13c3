//! refusal: extra_parameter

use stepflow::{RunContext, workflow};

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self, _ctx: &mut RunContext<'_>, amount: u32) {} //~ mended: fn pay(&mut self, _ctx: &mut RunContext<'_>) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
