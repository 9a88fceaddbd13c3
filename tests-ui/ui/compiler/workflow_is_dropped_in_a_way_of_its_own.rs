//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: String,
}

impl Drop for Refund { //~ mended: impl Refund {
    fn drop(&mut self) {} //~ mended: fn log(&mut self) {}
}

#[workflow(state = String)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {}
