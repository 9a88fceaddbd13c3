//! refusal: target_configured_away

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(on_failure = apologise)] //~ mended: #[step(on_failure = END)]
    fn pay(&mut self) {}

    #[cfg(any())]
    #[step]
    fn apologise(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
