//! refusal: unused_output
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) -> bool { //~ mended: fn seats(&mut self, seats: u8) {
        seats > 1 //~ mended:
    }
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
