//! refusal: unnamed_type

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl &Refund { //~ mended: impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {}
