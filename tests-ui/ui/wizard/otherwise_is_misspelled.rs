//! refusal: unknown_target
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(can_skip, otherwise = seat)] //~ mended: #[step(can_skip, otherwise = seats)]
    fn team(&mut self, team: bool) {}

    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
