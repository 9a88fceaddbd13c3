//! refusal: expected_flag
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32, loops = 3)] //~ mended: #[wizard(state = u32, loops)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
