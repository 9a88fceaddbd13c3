//! refusal: impl_trait_answer
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: impl Into<u32>) {} //~ mended: fn seats(&mut self, seats: u32) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
