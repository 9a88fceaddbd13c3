//! refusal: timeout_on_sync_step

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(timeout = "5s")] //~ mended: #[step(timeout = "5s")] async fn fetch(&mut self) {} #[step]
    fn pay(&mut self) {}
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
