//! refusal: target_is_helper

use stepflow::workflow;

struct Refund {
    state: u32,
}

#[workflow(state = u32)]
impl Refund {
    #[step(next = book)] //~ mended: #[step(next = pay)]
    fn check(&mut self) {}

    #[step]
    fn pay(&mut self) {
        self.book();
    }

    fn book(&mut self) {
        self.state += 1;
    }
}

fn main() {
    let _ = Refund { state: 0 }.run();
}
