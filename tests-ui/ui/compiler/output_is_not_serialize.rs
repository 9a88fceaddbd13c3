//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

enum Verdict { //~ mended: #[derive(serde::Serialize)] enum Verdict {
    Approve,
    Deny,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn decide(&mut self) -> Verdict {
        if self.state < 100 { Verdict::Approve } else { Verdict::Deny }
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
