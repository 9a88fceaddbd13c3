//! refusal: otherwise_without_reason
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(otherwise = END)] //~ mended: #[step(can_skip, otherwise = END)]
    fn team(&mut self, team: bool) {}

    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
