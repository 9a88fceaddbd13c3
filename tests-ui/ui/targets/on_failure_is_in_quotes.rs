//! refusal: target_in_quotes

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(on_failure = "END")] //~ mended: #[step(on_failure = END)]
    fn pay(&mut self) -> Result<(), String> {
        Err("busy".to_owned())
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
