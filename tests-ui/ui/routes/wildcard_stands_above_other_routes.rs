//! refusal: wildcard_not_last

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(routes = { key = "other", _ => pay, "denied" => deny })] //~ mended: #[step(routes = { "denied" => deny, key = "other", _ => pay })]
    fn decide(&mut self) -> &'static str {
        if self.state < 100 { "approved" } else { "denied" }
    }

    #[step(next = END)]
    fn pay(&mut self) {}

    #[step]
    fn deny(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
