//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

type Checked = Result<u8, String>;

struct Registration {
    state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) -> Checked { //~ mended: fn seats(&mut self, seats: u8) -> Result<(), String> {
        Ok(seats) //~ mended: Ok(())
    }
}

fn main() {
    let _ = Registration::definition(|state| Registration { state });
}
