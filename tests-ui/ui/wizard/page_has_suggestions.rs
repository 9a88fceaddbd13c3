//! refusal: asks_nothing
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(suggestions = ["ten"])] //~ mended: #[step]
    fn welcome(&mut self) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
