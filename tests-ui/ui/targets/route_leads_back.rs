//! refusal: backward_target

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
    #[step]
    fn check(&mut self) {}

    #[step(routes = { Verdict::Approve => END, Verdict::Deny => check })] //~ mended: #[step(routes = { Verdict::Approve => END, Verdict::Deny => END })]
    fn decide(&mut self) -> Verdict {
        if self.state < 100 { Verdict::Approve } else { Verdict::Deny }
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
