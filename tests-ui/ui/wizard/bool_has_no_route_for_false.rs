//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(routes = { true => seats })] //~ mended: #[step(routes = { true => seats, false => END })]
    fn team(&mut self, team: bool) -> bool {
        team
    }

    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
