//! refusal: expected_function
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(when = |state| *state > 1)] //~ mended: #[step(when = is_big)]
    fn seats(&mut self, seats: u8) {}
}

fn is_big(state: &u32) -> bool {
    *state > 1
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
