//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    async fn pay(&mut self) {
        self.state = 0;
    }
}

async fn refund() -> bool {
    Refund { state: 1 }.run().is_succeeded() //~ mended: Refund { state: 1 }.run().await.is_succeeded()
}

fn main() {
    drop(refund());
}
