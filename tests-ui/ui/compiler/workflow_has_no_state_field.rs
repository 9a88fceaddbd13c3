//! refused by the compiler

use stepflow::workflow;

struct Refund {
    amount: u32, //~ mended: state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {}
