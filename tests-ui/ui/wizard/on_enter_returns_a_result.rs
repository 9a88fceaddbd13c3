//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(on_enter = check)] //~ mended: #[step(on_enter = prepare)]
    fn seats(&mut self, seats: u8) {}
}

fn check(_: &mut u32) -> Result<(), String> {
    Ok(())
}

fn prepare(state: &mut u32) {
    *state = 1;
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
