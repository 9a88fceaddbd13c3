//! refusal: text_without_wildcard
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(routes = { "team" => seats })] //~ mended: #[step(routes = { "team" => seats, key = "other", _ => END })]
    fn plan(&mut self, plan: String) -> String {
        plan
    }

    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
