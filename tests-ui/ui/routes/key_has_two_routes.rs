//! refusal: duplicate_route_key

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[derive(serde::Serialize)]
enum Verdict {
    Approve,
    Deny(u32),
}

#[workflow(state = u32)]
impl Refund {
    #[step(routes = { Verdict::Deny(0) => pay, Verdict::Deny(_) => deny, Verdict::Approve => pay })] //~ mended: #[step(routes = { key = "free", Verdict::Deny(0) => pay, Verdict::Deny(_) => deny, Verdict::Approve => pay })]
    fn decide(&mut self) -> Verdict {
        if self.state < 100 { Verdict::Approve } else { Verdict::Deny(self.state) }
    }

    #[step(next = END)]
    fn pay(&mut self) {}

    #[step]
    fn deny(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
