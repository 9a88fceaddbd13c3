//! refusal: unknown_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(on_failure = apologize, next = END)] //~ mended: #[step(on_failure = apologise, next = END)]
    fn pay(&mut self) -> Result<(), String> {
        Err("busy".to_owned())
    }

    #[step]
    fn apologise(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
