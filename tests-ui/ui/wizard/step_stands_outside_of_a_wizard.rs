//! refusal: step_outside_block
#![allow(unused)]

use stepflow_wizard::step;

struct Registration {
    state: u32,
}

impl Registration {
    #[step] //~ mended:
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    Registration { state: 0 }.seats(1);
}
