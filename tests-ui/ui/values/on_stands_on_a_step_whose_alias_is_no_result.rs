//! refusal: filter_without_error

use stepflow::workflow;

struct Refund {
    state: u32,
}

type Amount = u32;

#[workflow(state = u32)]
impl Refund {
    #[step(retry(times = 1, on = _))] //~ mended: #[step(retry(times = 1))]
    fn pay(&mut self) -> Amount {
        self.state
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
