//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) -> Result<(), std::num::ParseIntError> { //~ mended: fn seats(&mut self, seats: u8) -> Result<(), String> {
        Ok(())
    }
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
