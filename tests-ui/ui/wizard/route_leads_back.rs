//! refusal: backward_target
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) {}

    #[step(routes = { true => END, false => seats })] //~ mended: #[step(routes = { true => END, false => more })]
    fn sure(&mut self, sure: bool) -> bool {
        sure
    }

    #[step]
    fn more(&mut self, more: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
