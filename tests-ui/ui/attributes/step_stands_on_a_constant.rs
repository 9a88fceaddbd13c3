//! refusal: step_on_other_item

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step] //~ mended:
    const LIMIT: u32 = 100;

    #[step]
    fn pay(&mut self) {
        self.state = Self::LIMIT;
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
