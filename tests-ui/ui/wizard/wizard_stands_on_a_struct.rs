//! refusal: not_an_impl_block
#![allow(unused)]

use stepflow_wizard::wizard;

#[wizard(state = u32)] //~ mended:
struct Registration {
    state: u32,
}

fn main() {
    let _ = Registration { state: 0 };
}
