//! refusal: borrowed_choice
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(routes = { "big" => END, key = "other", _ => more })]
    fn seats(&mut self, seats: u8) -> &str { //~ mended: fn seats(&mut self, seats: u8) -> &'static str {
        if seats > 9 { "big" } else { "small" }
    }

    #[step]
    fn more(&mut self, more: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
