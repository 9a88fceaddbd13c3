//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    fn check(&mut self) { //~ mended: async fn check(&mut self) {
        self.read().await;
    }

    #[step]
    async fn pay(&mut self) {
        self.read().await;
    }

    async fn read(&self) {}
}

fn main() {
    drop(Refund { state: 0 }.run());
}
