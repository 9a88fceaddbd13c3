//! refused by the compiler

use stepflow::workflow;

pub struct Refund {
    state: State,
}

struct State { //~ mended: pub struct State {
    amount: u32,
}

#[workflow(state = State)]
impl Refund {
    #[step]
    fn pay(&mut self) {
        self.state.amount += 1;
    }
}

fn main() {}
