//! refusal: block_twice
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
#[wizard(name = "registration")] //~ mended:
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
