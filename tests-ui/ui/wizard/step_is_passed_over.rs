//! refusal: unreachable_step
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(next = END)] //~ mended: #[step]
    fn seats(&mut self, seats: u8) {}

    #[step]
    fn team(&mut self, team: bool) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
