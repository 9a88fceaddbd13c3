//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    async fn check(&mut self) {}

    #[step]
    async fn pay(&mut self) -> u32 {
        let amount = std::rc::Rc::new(self.state); //~ mended: let amount = std::sync::Arc::new(self.state);
        std::future::ready(()).await;
        *amount
    }
}

fn main() {
    drop(Refund { state: 0 }.run());
}
