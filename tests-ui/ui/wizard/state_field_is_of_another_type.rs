//! refused by the compiler
#![allow(unused)]

use stepflow_wizard::wizard;

struct Registration {
    state: u64, //~ mended: state: u32,
}

#[wizard(state = u32)]
impl Registration {
    #[step]
    fn seats(&mut self, seats: u8) {}
}

fn main() {}
