//! refusal: step_outside_block

use stepflow::step;

struct Refund {
    state: u32,
}

impl Refund {
    #[step] //~ mended:
    fn pay(&mut self) {
        self.state += 1;
    }
}

fn main() {
    Refund { state: 0 }.pay();
}
