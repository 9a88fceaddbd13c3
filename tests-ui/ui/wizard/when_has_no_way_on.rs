//! refusal: when_without_way
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(when = is_big, routes = { true => seats, false => END })] //~ mended: #[step(when = is_big, otherwise = seats, routes = { true => seats, false => END })]
    fn team(&mut self, team: bool) -> bool {
        team
    }

    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn is_big(state: &u32) -> bool {
    *state > 1
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
