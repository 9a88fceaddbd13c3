//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

struct Cabin {
    state: u8,
}

#[wizard(state = u8)]
impl Cabin {
    #[step]
    fn nights(&mut self, nights: u8) {}
}

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(subflow = Cabin)] //~ mended: #[step(subflow(wizard = Cabin, with = |state| Cabin { state }))]
    fn stay(&mut self) {}
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
