//! refusal: target_configured_away

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn check(&mut self) {}

    #[step(approval(on_deny = deny), next = END)] //~ mended: #[step]
    fn pay(&mut self) {}

    #[cfg(any())]
    #[step]
    fn deny(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
