//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step(on_leave = count)] //~ mended: #[step(on_leave = check)]
    fn seats(&mut self, seats: u8) {}
}

fn count(state: &mut u32) -> u32 {
    *state
}

fn check(_: &mut u32) -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
