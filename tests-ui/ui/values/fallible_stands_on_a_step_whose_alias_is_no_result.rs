//! refusal: fallible_without_result

use stepflow::workflow;

struct Refund {
    state: u32,
}

type Amount = u32;

#[workflow(state = u32)]
impl Refund {
    #[step(fallible)] //~ mended: #[step]
    fn pay(&mut self) -> Amount {
        self.state
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
