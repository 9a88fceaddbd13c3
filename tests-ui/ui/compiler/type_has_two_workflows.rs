//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

#[workflow(state = u32)] //~ mended:
impl Refund { //~ mended:
    #[step] //~ mended:
    fn deny(&mut self) {} //~ mended:
} //~ mended:

fn main() {}
