//! refusal: unreachable_as_configured

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[derive(serde::Serialize)]
enum Verdict {
    Approve,
    Deny,
}

#[workflow(state = u32, max_visits = 3)]
impl Refund {
    #[step(routes = { Verdict::Approve => END, #[cfg(any())] Verdict::Deny => ask, key = "other", _ => END })] //~ mended: #[step(routes = { Verdict::Approve => END, Verdict::Deny => ask })]
    fn decide(&mut self) -> Verdict {
        if self.state < 100 { Verdict::Approve } else { Verdict::Deny }
    }

    #[step]
    fn ask(&mut self) {}

    #[step(next = ask)]
    fn answer(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
