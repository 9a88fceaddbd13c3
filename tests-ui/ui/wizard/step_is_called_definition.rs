//! refusal: reserved_method
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn definition(&mut self, seats: u8) {} //~ mended: fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration { state: 0 };
}
