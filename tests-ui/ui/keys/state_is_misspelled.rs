//! refusal: unknown_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(sate = u32)] //~ mended: #[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) {}
}

fn main() {}
