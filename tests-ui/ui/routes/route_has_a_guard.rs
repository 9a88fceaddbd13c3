//! refusal: route_guard

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[derive(serde::Serialize)]
enum Verdict {
    Approve,
    Deny,
}

#[workflow(state = u32)]
impl Refund {
    #[step(routes = { Verdict::Approve if true => pay, Verdict::Deny => deny })] //~ mended: #[step(routes = { Verdict::Approve => pay, Verdict::Deny => deny })]
    fn decide(&mut self) -> Verdict {
        if self.state < 100 { Verdict::Approve } else { Verdict::Deny }
    }

    #[step(next = END)]
    fn pay(&mut self) {}

    #[step]
    fn deny(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
