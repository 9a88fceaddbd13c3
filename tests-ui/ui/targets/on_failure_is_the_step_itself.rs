//! refusal: self_target

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(on_failure = pay)] //~ mended: #[step(retry = 3)]
    fn pay(&mut self) -> Result<(), String> {
        Err("busy".to_owned())
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
