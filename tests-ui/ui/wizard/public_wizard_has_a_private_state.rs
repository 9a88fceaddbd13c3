//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Seats(u8); //~ mended: pub struct Seats(u8);

pub struct Registration {
    state: Seats,
}

#[wizard(state = Seats)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
