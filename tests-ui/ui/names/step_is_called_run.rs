//! refusal: reserved_method

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn run(&mut self) {} //~ mended: fn run_it(&mut self) {}
}

fn main() {}
