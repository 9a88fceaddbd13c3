//! refusal: route_binds_value

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
    #[step(routes = { Verdict::Approve => pay, Verdict::Deny(days) => deny })] //~ mended: #[step(routes = { Verdict::Approve => pay, Verdict::Deny(_) => deny })]
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
