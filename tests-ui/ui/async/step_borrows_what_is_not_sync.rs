//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
    seen: std::cell::Cell<u32>, //~ mended: seen: std::sync::atomic::AtomicU32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    async fn pay(&self) {
        std::future::ready(()).await;
    }
}

fn main() {
    drop(Refund { state: 0, seen: 0.into() }.run());
}
