//! refusal: impl_trait_choice
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(routes = { "big" => END, key = "other", _ => more })]
    fn seats(&mut self, seats: u8) -> impl ToString { //~ mended: fn seats(&mut self, seats: u8) -> String {
        seats.to_string()
    }

    #[step]
    fn more(&mut self, more: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
