//! refused by the compiler

use stepflow::workflow;

struct Refund {
    state: u32,
    account: std::rc::Rc<str>, //~ mended: account: std::sync::Arc<str>,
}

#[workflow(state = u32)]
impl Refund {
    #[step]
    async fn pay(&mut self) {
        self.state = 0;
    }
}

fn main() {
    drop(Refund { state: 0, account: "".into() }.run());
}
