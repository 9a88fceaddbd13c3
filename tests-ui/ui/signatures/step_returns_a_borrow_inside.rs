//! refusal: borrowed_output

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn pay(&mut self) -> Option<std::borrow::Cow<'_, str>> { None } //~ mended: fn pay(&mut self) -> Option<std::borrow::Cow<'static, str>> { None }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
