//! refusal: extra_parameter
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn account(&mut self, email: String, seats: u8) {} //~ mended: fn account(&mut self, email: String) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
