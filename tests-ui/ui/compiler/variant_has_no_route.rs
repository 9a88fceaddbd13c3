//! refused by the compiler

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
    #[step(routes = { Verdict::Approve => pay })] //~ mended: #[step(routes = { Verdict::Approve => pay, Verdict::Deny => END })]
    fn decide(&mut self) -> Verdict {
        if self.state < 100 { Verdict::Approve } else { Verdict::Deny }
    }

    #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
