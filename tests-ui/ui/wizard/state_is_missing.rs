//! refusal: state_missing
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(name = "registration")] //~ mended: #[wizard(state = u32, name = "registration")]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration { state: 0 };
}
